import { Journey } from '@warren/protocol';
import { type System } from '../system/system.js';

/** Asked for at the same time. */
const lanes = 8;

/** Journeys as the gateway tells them, in the order of their ids. */
export async function toldJourneys(system: System, ids: readonly string[]): Promise<Journey[]> {
  const [rest, told] = [ids.entries(), new Map<number, Journey>()];
  const lane = async () => {
    for (const [index, id] of rest) told.set(index, Journey.parse(JSON.parse((await system.request(`/api/v1/journeys/${id}`)).text)));
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return ids.map((_, index) => told.get(index) as Journey);
}

/** Each message of it with its hops, from the root on: `relay.a > relay.a handled`. What does not follow from the one before says so. */
export function courseOf({ items }: Journey): string[] {
  return items.map(({ topic, parent, parentQueue, hops }, index) => {
    const before = items[index - 1];
    const follows = parent === (before?.id ?? null) && parentQueue === (before?.hops[0]?.queue ?? null);
    return `${follows ? '' : 'not from the one before: '}${topic ?? ''} > ${hops.map(({ queue, state, children }) => `${queue} ${state}, ${children.length} made`).join(' and ')}`;
  });
}
