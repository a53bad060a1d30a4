import { sql, type Kysely } from '@warren/database';
import { newId } from '@warren/protocol';
import { storable } from '../dead-letters/storable.js';
import { type JournalTransaction } from '../storage/journal.tables.js';
import { moveOn, type Next, type OperationRow } from './operations.store.js';

/** A root that an operation has claimed and not yet published, as the journal has it. */
export interface ClaimedRoot {
  journey: string;
  /** The id of the new root. */
  replay: string;
  /** Null: it has left the journal since. */
  exchange: string | null;
  topic: string;
  /** As it came; null: without. */
  type: string | null;
  /** That it is published with; null: nobody has announced one. */
  contract: string | null;
  service: string | null;
  digest: string;
  compressed: boolean;
  body: Buffer;
}

/** Claims roots: each gets the id of its replay once and for all. False: the operation was steered meanwhile. */
export async function claimRoots(tx: JournalTransaction, operation: OperationRow, next: Next): Promise<boolean> {
  if (!(await moveOn(tx, operation, next))) return false;
  const { rows } = await sql<{ id: string }>`select id from messages where id = journey and seq = any(${next.ids}::bigint[]) order by seq`.execute(tx);
  await sql`
    insert into replays (operation, journey, replay, at)
    select ${operation.id}, journey, replay, clock_timestamp()
    from unnest(${rows.map(({ id }) => id)}::uuid[], ${rows.map(() => newId())}::uuid[]) each (journey, replay)
  `.execute(tx);
  return true;
}

/** A foreign root has no type of ours: it becomes a message of the contract that is published there. */
export async function claimedRoots(db: Kysely<unknown>, { id }: OperationRow): Promise<ClaimedRoot[]> {
  const { rows } = await sql<ClaimedRoot>`
    select r.journey, r.replay, m.exchange, m.topic, m.type, m.service, m.digest, m.compressed, m.body, (
      select c.type from contracts c where c.exchange = m.exchange and (c.type = m.type or (m."foreign" and c.topic = m.topic))
      order by (c.type = m.type) desc nulls last, c.version desc limit 1
    ) as contract
    from replays r left join messages m on m.id = r.journey
    where r.operation = ${id} and r.state = 'replaying' order by r.replay
  `.execute(db);
  return rows;
}

/** What became of a chunk: the replays that were published, and reasons by the id of what could not be. */
export interface Replayed {
  ids: string[];
  refused: Map<string, string>;
}

export async function markRoots(tx: JournalTransaction, { id: operation }: OperationRow, { ids, refused }: Replayed): Promise<void> {
  const all = [...ids, ...refused.keys()];
  const reasons = [...ids.map(() => null), ...[...refused.values()].map((reason) => storable(reason))];
  const { rows } = await sql<{ state: 'replayed' | 'refused' }>`
    update replays r set state = case when end_.refusal is null then 'replayed' else 'refused' end, refusal = end_.refusal
    from unnest(${all}::uuid[], ${reasons}::text[]) end_ (replay, refusal)
    where r.replay = end_.replay and r.state = 'replaying' returning r.state
  `.execute(tx);
  const replayed = rows.filter(({ state }) => state === 'replayed').length;
  await sql`update operations set replayed = replayed + ${replayed}, refused = refused + ${rows.length - replayed} where id = ${operation}`.execute(tx);
}
