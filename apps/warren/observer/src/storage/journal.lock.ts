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
}

/**
 * From here to its commit this transaction is the only one that writes the journal. Order and time are given under the lock: rows
 * become visible in the order of `seq`, also when an observer that was stalled goes on while another has taken over.
 */
export async function lockJournal(tx: JournalTransaction): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('warren.journal', 0))`.execute(tx);
}

/** Takes as many numbers as the batch has records. Only under the lock. */
export async function takePosition(tx: JournalTransaction, records: number): Promise<Position> {
  const { rows } = await sql<Position>`
    select setval('journal_seq', nextval('journal_seq') + ${records - 1}) - ${records - 1} as "firstSeq",
      date_trunc('milliseconds', clock_timestamp()) as at, version
    from registry_version
  `.execute(tx);
  const [position] = rows;
  if (!position) throw new Error('The journal has no registry: were its migrations run?');
  return position;
}
