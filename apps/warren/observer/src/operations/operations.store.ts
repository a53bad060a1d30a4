import { sql, type Kysely } from '@warren/database';
import { type OperationKind, type OperationState, type Selection } from '@warren/protocol';
import { type JournalTransaction } from '../storage/journal.tables.js';

/** An operation that is not finished. */
export interface OperationRow {
  id: string;
  kind: OperationKind;
  state: OperationState;
  /** Of redrive and discard; see Replay for its own. */
  selection: Selection;
  /** Of adopt. */
  queue: string;
  origin: string | null;
  rate: number | null;
  /** The dead letter, or the seq of a root, up to which it has come, and the last one that is its business. */
  lastId: number;
  mostId: number;
}

/** The next dead letters of an operation, and up to which one there are no others. */
export interface Next {
  ids: number[];
  upTo: number;
}

/** The oldest first. */
export async function unfinished(db: Kysely<unknown>): Promise<OperationRow[]> {
  const { rows } = await sql<OperationRow>`
    select id, kind, state, selection, queue, origin, rate, last_id as "lastId", most_id as "mostId"
    from operations where finished_at is null order by at, id
  `.execute(db);
  return rows;
}

/** Takes the letters into the operation's count. False: it was steered meanwhile, or somebody else has moved it on. */
export async function moveOn(tx: JournalTransaction, { id, lastId }: OperationRow, { ids, upTo }: Next): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update operations set last_id = ${upTo}, done = done + ${ids.length}, total = greatest(total, done + ${ids.length})
    where id = ${id} and last_id = ${lastId} and state = 'running'
  `.execute(tx);
  return numAffectedRows === 1n;
}

/** Changes the state unless it was changed meanwhile. */
export async function setState(db: Kysely<unknown>, { id }: OperationRow, from: OperationState, to: OperationState): Promise<void> {
  await sql`update operations set state = ${to} where id = ${id} and state = ${from}`.execute(db);
}

/** Ends it, done or aborted. False: it was steered meanwhile, or something of its last chunk is still on its way. */
export async function end(db: Kysely<unknown>, { id }: OperationRow): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update operations set state = case state when 'aborted' then state else 'done' end, finished_at = clock_timestamp()
    where id = ${id} and state in ('running', 'aborted') and not exists (
      select from (select state from dead_letters where operation = ${id} order by id desc limit 500) chunk where state = 'redriving'
    ) and not exists (select from replays where operation = ${id} and state = 'replaying')
  `.execute(db);
  return numAffectedRows === 1n;
}

export async function fail(db: Kysely<unknown>, { id }: OperationRow, problem: string): Promise<void> {
  await sql`update operations set state = 'failed', problem = ${problem}, finished_at = clock_timestamp() where id = ${id} and finished_at is null`.execute(db);
}
