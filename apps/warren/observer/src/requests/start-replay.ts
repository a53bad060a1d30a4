import { sql } from '@warren/database';
import { type ObserverRequest } from '@warren/protocol';
import { storableJson } from '../dead-letters/storable.js';
import { rootsOf } from '../operations/roots.js';
import { type JournalTransaction } from '../storage/journal.tables.js';
import { RequestRefused } from './request.errors.js';
import { limits } from './start.js';

type ReplayRequest = Extract<ObserverRequest, { kind: 'replay' }>;

/** Counts the roots that are selected, and leaves the rest to whoever runs operations. What comes after them, its own replays too, is not its business. @throws RequestRefused 404; SearchError */
export async function startReplay(tx: JournalTransaction, { id, by, selection, rate }: ReplayRequest): Promise<void> {
  if ('ids' in selection) await checkRoots(tx, selection.ids);
  await sql`set local statement_timeout = ${sql.lit(limits.patience)}`.execute(tx);
  await sql`
    insert into operations (id, kind, state, by, at, selection, rate, total, most_id)
    select ${id}, 'replay', 'running', ${by}, clock_timestamp(), ${storableJson(selection)}::jsonb, ${rate ?? null}, count(*),
      (select coalesce(max(seq), 0) from messages where id = journey)
    from journal.roots r where ${rootsOf(selection)}
  `.execute(tx);
}

/** All must be there. */
async function checkRoots(tx: JournalTransaction, ids: readonly string[]): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    select wanted.id from unnest(${ids}::uuid[]) wanted (id) where not exists (select from messages m where m.id = wanted.id and m.journey = wanted.id) limit 1
  `.execute(tx);
  const [missing] = rows;
  if (missing) throw new RequestRefused(404, 'unknown-journey', `The journal has no root of a journey ${missing.id}: nothing of it can be published again.`);
}
