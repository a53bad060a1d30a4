import { FoundJourneys, Operation, Replays } from '@warren/protocol';
import { type DeadLetterApi, read } from '../letters/dead-letter-api.js';

/** More than any query here finds. */
const limit = 200;

/** The journeys that a search finds now, and those that a replay by the same words takes. */
export async function foundAndReplayed(api: DeadLetterApi, query: string): Promise<{ found: string[]; replayed: string[] }> {
  const { items } = read(FoundJourneys, await api.ask(`/journeys?${new URLSearchParams({ q: query, limit: String(limit) }).toString()}`), 200);
  const { id } = read(Operation, await api.ask('/journeys/replay', { method: 'POST', body: { query } }), 202);
  await api.settled(id);
  const replays = read(Replays, await api.ask(`/operations/${id}/replays?limit=${limit}`), 200);
  return { found: items.map((one) => one.id).sort(), replayed: replays.items.map(({ journey }) => journey).sort() };
}
