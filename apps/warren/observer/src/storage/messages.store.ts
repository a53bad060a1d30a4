import { sql } from '@warren/database';
import { joined } from './joined.js';
import { type JournalTransaction, type MessageRow } from './journal.tables.js';

/** The digests of those messages that the journal has, by id. */
export async function knownMessages(tx: JournalTransaction, ids: readonly string[], days: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<{ id: string; digest: string }>`
    select id, digest from messages where id = any(${ids}::uuid[]) and day = any(${days}::date[])
  `.execute(tx);
  return new Map(rows.map(({ id, digest }) => [id, digest]));
}

/** A foreign message in the journal, and how many redelivered copies of it have come since. */
export interface ForeignMessage {
  id: string;
  digest: string;
  copies: number;
}

/** Foreign messages with those digests that have `since`, a seq, or a later one; the oldest first. */
export async function foreignSince(tx: JournalTransaction, digests: readonly string[], since: number): Promise<ForeignMessage[]> {
  if (digests.length === 0) return [];
  const { rows } = await sql<ForeignMessage>`
    select id, digest, copies from messages where "foreign" and digest = any(${digests}::text[]) and seq >= ${since} order by seq
  `.execute(tx);
  return rows;
}

export async function countCopies(tx: JournalTransaction, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await sql`update messages set copies = copies + 1 where id = any(${ids}::uuid[])`.execute(tx);
}

/** The seqs of those root messages that the journal has, by id. */
export async function rootSeqs(tx: JournalTransaction, journeys: readonly string[]): Promise<Map<string, number>> {
  if (journeys.length === 0) return new Map();
  const { rows } = await sql<{ id: string; seq: number }>`select id, seq from messages where id = any(${journeys}::uuid[])`.execute(tx);
  return new Map(rows.map(({ id, seq }) => [id, seq]));
}

/** A copy with another body came: the first arrival stays, and says so. */
export async function flagDiffering(tx: JournalTransaction, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await sql`update messages set differs = true where id = any(${ids}::uuid[]) and not differs`.execute(tx);
}

/** @throws RangeError for more bodies than fit in one statement, see joined */
export async function insertMessages(tx: JournalTransaction, rows: readonly MessageRow[], at: Date): Promise<void> {
  if (rows.length === 0) return;
  const all = <K extends keyof MessageRow>(name: K) => sql.val(rows.map((row) => row[name]));
  const { bytes, starts, lengths } = joined(rows.map(({ body }) => body));
  await sql`
    insert into messages (at, day, id, seq, journey, parent, parent_queue, flow, exchange, topic, type, service,
      run, attempt, redrive, "foreign", digest, line, size, compressed, body, published, search)
    select ${at}::timestamptz, day, id, seq, journey, parent, parent_queue, flow, exchange, topic, type, service,
      run, attempt, redrive, "foreign", digest, line, size, compressed, substring(${bytes}::bytea from start for length), published, search
    from unnest(${all('day')}::date[], ${all('id')}::uuid[], ${all('seq')}::bigint[],
      ${all('journey')}::uuid[], ${all('parent')}::uuid[], ${all('parentQueue')}::text[], ${all('flow')}::text[],
      ${all('exchange')}::text[], ${all('topic')}::text[], ${all('type')}::text[], ${all('service')}::text[],
      ${all('run')}::int[], ${all('attempt')}::int[], ${all('redrive')}::int[], ${all('foreign')}::boolean[],
      ${all('digest')}::text[], ${all('line')}::text[], ${all('size')}::int[], ${all('compressed')}::boolean[], ${starts}::int[], ${lengths}::int[],
      ${all('published')}::timestamptz[], ${all('search')}::jsonb[]) as each (day, id, seq, journey, parent, parent_queue, flow, exchange, topic, type, service,
      run, attempt, redrive, "foreign", digest, line, size, compressed, start, length, published, search)
  `.execute(tx);
}
