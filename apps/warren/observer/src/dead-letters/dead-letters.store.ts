import { sql } from '@warren/database';
import { isPoison } from '../journal/poison.js';
import { type JournalTransaction } from '../storage/journal.tables.js';
import { countInGroups } from './dead-groups.store.js';
import { endRedrives } from './end-redrives.js';
import { portions } from './portions.js';
import { type NewDeadLetter } from './read-dead-letter.js';

/** One that was not there yet. */
export interface StoredDeadLetter {
  id: number;
  message: string;
  queue: string;
  redrive: number;
}

/**
 * Stores letters that are not there yet, counts them in their groups, and ends the redrives that brought them. Only under the journal's lock.
 * One that Postgres cannot take as it is is stored without what is shown of it. @returns those that were new.
 */
export async function storeDeadLetters(tx: JournalTransaction, letters: readonly NewDeadLetter[], at: Date): Promise<StoredDeadLetter[]> {
  const stored: StoredDeadLetter[] = [];
  for (const some of portions(letters)) stored.push(...(await insertSome(tx, some, at)));
  const fresh = newOf(letters, stored);
  await countInGroups(tx, fresh, at);
  await endRedrives(tx, fresh.filter(({ redrive }) => redrive > 0), 'dead-again'); // prettier-ignore
  return stored;
}

/** All together; where one of them cannot be, each for itself. */
async function insertSome(tx: JournalTransaction, letters: readonly NewDeadLetter[], at: Date): Promise<StoredDeadLetter[]> {
  try {
    return await revocably(tx, () => insert(tx, letters, at));
  } catch (error) {
    if (!isPoison(error)) throw error;
  }
  const stored: StoredDeadLetter[] = [];
  for (const letter of letters) stored.push(...(await insertOne(tx, letter, at)));
  return stored;
}

async function insertOne(tx: JournalTransaction, letter: NewDeadLetter, at: Date): Promise<StoredDeadLetter[]> {
  try {
    return await revocably(tx, () => insert(tx, [letter], at));
  } catch (error) {
    if (!isPoison(error)) throw error;
    return insert(tx, [{ ...letter, payload: null, headers: '{}', line: '' }], at);
  }
}

/** A part of a transaction that may fail without the rest. */
async function revocably<R>(tx: JournalTransaction, work: () => Promise<R>): Promise<R> {
  await sql`savepoint part`.execute(tx);
  try {
    return await work();
  } catch (error) {
    await sql`rollback to savepoint part`.execute(tx);
    throw error;
  } finally {
    await sql`release savepoint part`.execute(tx);
  }
}

async function insert(tx: JournalTransaction, letters: readonly NewDeadLetter[], at: Date): Promise<StoredDeadLetter[]> {
  // Buffers go in binary this way; in an array they would be written out in hex.
  const rows = letters.map((one) => sql`(${at}::timestamptz, ${sql.join([
    one.message, one.journey, one.queue, one.consumer, one.redrive, one.flow, one.contract, one.service, one.run, one.parent, one.foreign, one.attempt,
    one.group, one.cause.name, one.cause.message, one.cause.stack ?? null, one.headers, one.contentType, one.digest, one.size, one.line, one.payload,
    one.compressed, one.body, one.shown, one.origin,
  ])})`); // prettier-ignore
  const { rows: stored } = await sql<StoredDeadLetter>`
    insert into dead_letters (at, message, journey, queue, consumer, redrive, flow, contract, service, run, parent, "foreign", attempt,
      "group", cause, error, stack, headers, content_type, digest, size, line, payload, compressed, body, shown, origin)
    values ${sql.join(rows)}
    on conflict (message, queue, redrive) do nothing
    returning id, message, queue, redrive
  `.execute(tx);
  return stored;
}

const keyOf = ({ message, queue, redrive }: Pick<NewDeadLetter, 'message' | 'queue' | 'redrive'>): string => `${message} ${redrive} ${queue}`;

/** Of each stored one its letter: of those with the same key the first. */
function newOf(letters: readonly NewDeadLetter[], stored: readonly StoredDeadLetter[]): NewDeadLetter[] {
  const byKey = new Map(letters.toReversed().map((letter) => [keyOf(letter), letter]));
  return stored.flatMap((one) => byKey.get(keyOf(one)) ?? []);
}
