import { sql } from '@warren/database';
import { lockJournal } from '../storage/journal.lock.js';
import { type JournalTransaction } from '../storage/journal.tables.js';

/** A stretch of time whose figures are rolled up: a minute from the journal, an hour from its minutes. */
export interface Slot {
  minutes: 1 | 60;
  /** Its begin. */
  slot: Date;
}

const oneMinute = 60_000;
/** Milliseconds after its end before a minute is rolled up: what is reported later is late. */
const margin = 30_000;
/** Milliseconds for which slots are kept: the longest window, a day, and the hour that it begins in. */
const kept = 25 * 60 * oneMinute;

/** Up to when minutes are over, at that time. */
export const overUntil = (at: Date): Date => new Date(Math.floor((at.getTime() - margin) / oneMinute) * oneMinute);
/** What is earlier is not rolled up any more. */
export const keptSince = (until: Date): Date => new Date(until.getTime() - kept);

/** @returns up to when minutes are over. Under the journal's lock: what was being written is there then, and what is written later finds itself to be late. */
export async function settledUntil(tx: JournalTransaction): Promise<Date> {
  await lockJournal(tx);
  const { rows } = await sql<{ at: Date }>`select clock_timestamp() as at`.execute(tx);
  return overUntil(rows[0]?.at ?? new Date(0));
}

/** What is not rolled up, since the journal's first message: hours first, for which nothing has to be read, and the newest first. */
export async function dueSlots(tx: JournalTransaction, until: Date): Promise<Slot[]> {
  const { rows } = await sql<Slot>`
    select minutes, slot from (
      select 60 as minutes, date_bin('1 hour', slot, timestamptz 'epoch') as slot from slots where minutes = 1 and rolled group by 2 having count(*) = 60
      union all
      select 1, slot from (select min(at) as at from messages) first
      cross join generate_series(
        date_bin('1 minute', greatest(first.at, ${keptSince(until)}), timestamptz 'epoch'), ${until}::timestamptz - interval '1 minute', interval '1 minute'
      ) slot where first.at is not null
    ) due where not exists (select from slots where slots.minutes = due.minutes and slots.slot = due.slot and rolled) order by minutes desc, slot desc
  `.execute(tx);
  return rows;
}

/** One at a time rolls up. False: another is at it. */
export async function takeTurn(tx: JournalTransaction): Promise<boolean> {
  const { rows } = await sql<{ mine: boolean }>`select pg_try_advisory_xact_lock(hashtextextended('warren.statistics', 0)) as mine`.execute(tx);
  return rows[0]?.mine ?? false;
}

/** @returns the revision of a slot that is to be rolled up; undefined: it is, or an hour of which a minute is not. */
export async function revisionOf(tx: JournalTransaction, { minutes, slot }: Slot): Promise<number | undefined> {
  const { rows } = await sql<{ revision: number }>`
    select coalesce((select revision from slots where minutes = ${minutes} and slot = ${slot}), 0) as revision
    where not exists (select from slots where minutes = ${minutes} and slot = ${slot} and rolled)
      and (${minutes} = 1 or 60 = (select count(*) from slots where minutes = 1 and rolled and slot >= ${slot} and slot < ${slot}::timestamptz + interval '1 hour'))
  `.execute(tx);
  return rows[0]?.revision;
}

/** The slot is rolled up, unless something came late since its revision. @returns whether it is */
export async function finish(tx: JournalTransaction, { minutes, slot }: Slot, revision: number): Promise<boolean> {
  const { numAffectedRows = 0n } = await sql`
    insert into slots (minutes, slot, rolled) values (${minutes}, ${slot}, true)
    on conflict (minutes, slot) do update set rolled = true where slots.revision = ${revision}
  `.execute(tx);
  return numAffectedRows > 0n;
}

const tables = ['slot_flows', 'slot_attempts', 'slot_durations'] as const;

/** What an earlier rollup left. */
export async function clear(tx: JournalTransaction, { minutes, slot }: Slot): Promise<void> {
  for (const table of tables) await sql`delete from ${sql.table(table)} where minutes = ${minutes} and slot = ${slot}`.execute(tx);
}

/** No window is as long. */
export async function deleteOld(tx: JournalTransaction, until: Date): Promise<void> {
  for (const table of [...tables, 'slots']) await sql`delete from ${sql.table(table)} where minutes in (1, 60) and slot < ${keptSince(until)}`.execute(tx);
}
