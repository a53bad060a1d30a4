import { sql } from '@warren/database';
import { type DeadLetterState, type ObserverRequest, type Selection } from '@warren/protocol';
import { storableJson } from '../dead-letters/storable.js';
import { conditionOf } from '../operations/selection.js';
import { type JournalTransaction } from '../storage/journal.tables.js';
import { notDead, unknownLetter } from './not-dead.js';
import { RequestRefused } from './request.errors.js';

type StartRequest = Extract<ObserverRequest, { kind: 'redrive' | 'discard' }>;

/** Milliseconds for the count: less than a client waits for any statement. */
export const limits = { patience: 10_000 };

/** Counts what is selected, and leaves the rest to whoever runs operations. @throws RequestRefused 404, 409; SearchError */
export async function startOperation(tx: JournalTransaction, { id, by, kind, selection, rate }: StartRequest): Promise<void> {
  if ('ids' in selection) await checkIds(tx, selection.ids);
  if ('group' in selection) await checkGroup(tx, selection.group);
  await sql`set local statement_timeout = ${sql.lit(limits.patience)}`.execute(tx);
  await sql`
    insert into operations (id, kind, state, by, at, selection, rate, total, most_id)
    select ${id}, ${kind}, 'running', ${by}, clock_timestamp(), ${storableJson(selection)}::jsonb, ${rate ?? null}, count(*),
      (select coalesce(max(id), 0) from dead_letters)
    from journal.dead_letters d where d.state = 'dead' and ${conditionOf(selection)}
  `.execute(tx);
}

type Known = { id: number } & ({ state: DeadLetterState } | { state: null });

/** All must be known, and one be dead. */
async function checkIds(tx: JournalTransaction, ids: Extract<Selection, { ids: unknown }>['ids']): Promise<void> {
  const { rows } = await sql<Known>`
    select wanted.id, d.state from unnest(${ids}::bigint[]) wanted (id) left join dead_letters d using (id) order by 1
  `.execute(tx);
  const unknown = rows.find(({ state }) => state === null);
  if (unknown) throw unknownLetter(unknown.id);
  const ended = rows.flatMap(({ id, state }) => (state === null || state === 'dead' ? [] : [{ id, state }]));
  if (ended.length === rows.length) throw notDead(ended);
}

async function checkGroup(tx: JournalTransaction, group: string): Promise<void> {
  const { rows } = await sql`select from dead_groups where id = ${group}`.execute(tx);
  if (rows.length === 0) throw new RequestRefused(404, 'unknown-group', `There is no group "${group}" of dead letters.`);
}
