import { sql, type Kysely } from '@warren/database';
import { type JournalTransaction } from '../storage/journal.tables.js';
import { type NewDeadLetter } from './read-dead-letter.js';

/** Where a batch of dead letters goes. */
export interface IntakePosition {
  /** The database's clock. */
  at: Date;
  /** Of the registry: see Registry. */
  version: number;
  /** What the broker gives out again may have been stored with this id or a later one, and not before. */
  copiesSince: number;
}

/** Takes the next place among the dead letters. Only under the journal's lock. The same rule as takePosition, for each queue. */
export async function takeIntake(tx: JournalTransaction, queue: string, redelivered: boolean): Promise<IntakePosition> {
  const { rows } = await sql<IntakePosition>`
    insert into intakes (queue, last_batch, copies_since)
    values (${queue}, nextval(pg_get_serial_sequence('dead_letters', 'id')), 0)
    on conflict (queue) do update set
      last_batch = excluded.last_batch,
      copies_since = case when ${redelivered} then intakes.copies_since else intakes.last_batch end
    returning copies_since as "copiesSince", (select registry_version from journal_state) as version,
      date_trunc('milliseconds', clock_timestamp()) as at
  `.execute(tx);
  const [position] = rows;
  if (!position) throw new Error('The journal has no state: were its migrations run?');
  return position;
}

/** All that was taken in from the queue is acknowledged: none of it comes again, and what comes is no copy of it. */
export async function settleIntake(db: Kysely<unknown>, queue: string): Promise<void> {
  await sql`
    update intakes set last_batch = place.id, copies_since = place.id
    from (select nextval(pg_get_serial_sequence('dead_letters', 'id')) as id) place where queue = ${queue}
  `.execute(db);
}

/** Which letters may have been stored before. */
export interface Suspicion {
  /** With this id or a later one. */
  since: number;
  /** Also those that the broker has not given out again: whether they were committed is not known. */
  uncertain: boolean;
}

/**
 * The letters of a batch without those that were stored already and are given out again. Letters without an id may be equal:
 * each stored one is one copy for every time.
 */
export async function withoutCopies(tx: JournalTransaction, letters: readonly NewDeadLetter[], { since, uncertain }: Suspicion): Promise<NewDeadLetter[]> {
  const suspects = letters.filter(({ nameless, returns }) => nameless && (uncertain || returns > 0));
  if (suspects.length === 0) return [...letters];
  const known = await storedSince(tx, suspects, since);
  const copied: Pick<Stored, 'id' | 'copies'>[] = [];
  const isCopy = ({ digest, returns }: NewDeadLetter): boolean => {
    const index = known.findIndex((one) => one.digest === digest && (uncertain ? one.copies <= returns : one.copies < returns));
    copied.push(...(index < 0 ? [] : known.splice(index, 1)).map(({ id }) => ({ id, copies: returns })));
    return index >= 0;
  };
  const fresh = letters.filter((letter) => !(letter.nameless && isCopy(letter)));
  await countCopies(tx, copied);
  return fresh;
}

async function countCopies(tx: JournalTransaction, copied: readonly Pick<Stored, 'id' | 'copies'>[]): Promise<void> {
  await sql`
    update dead_letters set copies = copied.copies
    from unnest(${copied.map(({ id }) => id)}::bigint[], ${copied.map(({ copies }) => copies)}::int[]) copied (id, copies)
    where dead_letters.id = copied.id
  `.execute(tx);
}

interface Stored {
  id: number;
  digest: string;
  /** The times that it was given out again, as far as they were seen. */
  copies: number;
}

async function storedSince(tx: JournalTransaction, letters: readonly NewDeadLetter[], since: number): Promise<Stored[]> {
  const { rows } = await sql<Stored>`
    select id, digest, copies from dead_letters
    where "foreign" is not null and digest = any(${letters.map(({ digest }) => digest)}::text[]) and id >= ${since}
      and origin is not distinct from ${letters[0]?.origin ?? null}::text
    order by id
  `.execute(tx);
  return rows;
}
