import { sql } from '@warren/database';
import { type JournalTransaction } from './journal.tables.js';

/** Where in the journal a batch goes. */
export interface Position {
  /** Of the batch's first record; the others follow without a gap. */
  firstSeq: number;
  /** The database's clock: all observers have the same. */
  at: Date;
  /** Of the registry: see Registry. */
  version: number;
  /** What the broker gives out again may have been journaled from this seq on, and not before. */
  copiesSince: number;
}

/**
 * From here to its commit this transaction is the only one that writes the journal. Order and time are given under the lock: rows
 * become visible in the order of `seq`, also when an observer that was stalled goes on while another has taken over.
 */
export async function lockJournal(tx: JournalTransaction): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('warren.journal', 0))`.execute(tx);
}

export interface Batching {
  records: number;
  /** Whether the broker has given out some of them before. */
  redelivered: boolean;
}

/**
 * Takes as many numbers as the batch has records. Only under the lock.
 * What was committed and not acknowledged was in one of the last two batches: there, copies are looked for, until what was given out
 * again has all come.
 */
export async function takePosition(tx: JournalTransaction, { records, redelivered }: Batching): Promise<Position> {
  const { rows } = await sql<Position>`
    update journal_state set
      last_batch = setval('journal_seq', nextval('journal_seq') + ${records - 1}) - ${records - 1},
      copies_since = case when ${redelivered} then copies_since else last_batch end
    returning last_batch as "firstSeq", registry_version as version, copies_since as "copiesSince",
      date_trunc('milliseconds', clock_timestamp()) as at
  `.execute(tx);
  const [position] = rows;
  if (!position) throw new Error('The journal has no state: were its migrations run?');
  return position;
}
