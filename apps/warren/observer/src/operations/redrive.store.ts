import { sql, type Kysely } from '@warren/database';
import { names } from '@warren/protocol';
import { storable } from '../dead-letters/storable.js';
import { noteEnds } from '../ends/ends.store.js';
import { lockJournal } from '../storage/journal.lock.js';
import { type JournalTransaction } from '../storage/journal.tables.js';
import { moveOn, type Next, type OperationRow } from './operations.store.js';

/** A dead letter that an operation has claimed and not yet put back. */
export interface Claimed {
  id: number;
  message: string;
  journey: string;
  queue: string;
  redrive: number;
  contract: string | null;
  service: string | null;
  run: number | null;
  parent: string | null;
  foreign: string | null;
  contentType: string | null;
  headers: Record<string, unknown>;
  compressed: boolean;
  body: Buffer;
  /** It died in its publisher's outbox, which is no queue. */
  outbox: boolean;
  /** Where its contract is published, if it died in an outbox; null: nobody has announced it. */
  address: { exchange: string; topic: string } | null;
}

/** One at one consumer: what finds its hop. */
type Place = Pick<Claimed, 'message' | 'queue' | 'redrive'>;

/** Records of Warren itself: their consumer has refused them for good. */
const own = [names.journal, names.requests, names.dead];
const ownRefused = 'It is a record of Warren itself, which its reader cannot take: discard it.';
/** Of an int column. Only a publisher who makes headers up comes so far. */
const mostRedrives = 2 ** 31 - 1;
const mostRefused = `It says that it was redriven ${mostRedrives} times, and nobody can count further: discard it.`;
const isOwn = sql<boolean>`queue = any(${own}::text[])`;
const isHopeless = sql<boolean>`(${isOwn} or redrive >= ${mostRedrives})`;

/** See the bus's OutboxRelay. A consumer may have a queue of such a name. */
const inOutbox = sql<boolean>`(queue = service || '.outbox' and not exists (select from consumers c where c.queue = l.queue))`;

/** Claims what is dead of the letters, and reopens their hops. False: the operation was steered meanwhile. */
export async function claim(tx: JournalTransaction, operation: OperationRow, next: Next): Promise<boolean> {
  await lockJournal(tx);
  if (!(await moveOn(tx, operation, next))) return false;
  await sql`
    update dead_letters set operation = ${operation.id}, refusal = case when ${isOwn} then ${ownRefused} else ${mostRefused} end
    where id = any(${next.ids}::bigint[]) and state = 'dead' and ${isHopeless}
  `.execute(tx);
  const { rows } = await sql<Place>`
    update dead_letters set state = 'redriving', operation = ${operation.id}, refusal = null
    where id = any(${next.ids}::bigint[]) and state = 'dead' and not ${isHopeless}
    returning message, queue, redrive
  `.execute(tx);
  await reopenHops(tx, rows);
  return true;
}

/** Of an operation's last chunk, as earlier ones are through. */
export async function claimed(db: Kysely<unknown>, { id }: OperationRow): Promise<Claimed[]> {
  const { rows } = await sql<Claimed>`
    select id, message, journey, queue, redrive, contract, service, run, parent, "foreign", content_type as "contentType", headers, compressed, body,
      ${inOutbox} as outbox, case when ${inOutbox} then (select json_build_object('exchange', exchange, 'topic', topic) from contracts where type = l.contract limit 1) end as address
    from (select * from dead_letters where operation = ${id} order by id desc limit 500) l where state = 'redriving' order by id
  `.execute(db);
  return rows;
}

/** What became of a chunk: reasons by the id of what could not be put back. */
export interface Sent {
  ids: number[];
  refused: Map<number, string>;
}

/** A redriven message may have come to its end already: that stands. An outbox is done with one that is published. */
export async function mark(tx: JournalTransaction, { id: operation }: OperationRow, { ids, refused }: Sent): Promise<void> {
  await lockJournal(tx);
  await sql`
    update dead_letters l set state = case when ${inOutbox} then 'handled' else 'redriven' end where id = any(${ids}::bigint[]) and operation = ${operation} and state = 'redriving'
  `.execute(tx);
  if (refused.size === 0) return;
  const { rows } = await sql<Place & { attempt: number; journey: string }>`
    update dead_letters l set state = 'dead', refusal = because.reason
    from unnest(${[...refused.keys()]}::bigint[], ${[...refused.values()].map((reason) => storable(reason))}::text[]) because (id, reason)
    where l.id = because.id and operation = ${operation} and state = 'redriving'
    returning message, journey, queue, redrive, attempt
  `.execute(tx);
  await closeHops(tx, rows);
  await noteEnds(tx, rows.map(({ journey }) => journey)); // prettier-ignore
}

async function reopenHops(tx: JournalTransaction, places: readonly Place[]): Promise<void> {
  // A consumer knows a foreign message by an id of its own.
  for (const id of [sql.ref('h.message'), sql.ref('h.alias')]) {
    await sql`
      update hops h set outcome = 'open', attempt = 1, redrive = l.redrive + 1, retry_at = null, since = clock_timestamp()
      from ${unnested(places)} l where ${id} = l.message and h.queue = l.queue and h.redrive <= l.redrive
    `.execute(tx);
  }
}

async function closeHops(tx: JournalTransaction, places: readonly (Place & { attempt: number })[]): Promise<void> {
  const attempts = places.map(({ attempt }) => attempt);
  for (const id of [sql.ref('h.message'), sql.ref('h.alias')]) {
    await sql`
      update hops h set outcome = 'dead', attempt = l.attempt, redrive = l.redrive
      from ${unnested(places, attempts)} l where ${id} = l.message and h.queue = l.queue and h.redrive = l.redrive + 1 and h.outcome = 'open'
    `.execute(tx);
  }
}

function unnested(places: readonly Place[], attempts: readonly number[] = places.map(() => 1)) {
  const all = <K extends keyof Place>(name: K) => sql.val(places.map((place) => place[name]));
  return sql`(select * from unnest(${all('message')}::uuid[], ${all('queue')}::text[], ${all('redrive')}::int[], ${attempts}::int[]) l (message, queue, redrive, attempt))`;
}
