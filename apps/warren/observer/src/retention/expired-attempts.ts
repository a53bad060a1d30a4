import { sql, type Database } from '@warren/database';

const oneHour = 3_600_000;
const atOnce = 10_000;

/**
 * Deletes the attempts that ended before then at messages without a dead letter. Those with one are passed by once: they go with it.
 * @returns how many.
 */
export async function deleteAttempts(database: Pick<Database, 'kysely'>, before: Date): Promise<number> {
  let total = 0;
  for (let from = await nextHour(database, before); from !== undefined; from = await nextHour(database, before)) {
    const to = new Date(Math.min(from.getTime() + oneHour, before.getTime()));
    for (let deleted = atOnce; deleted === atOnce; total += deleted) deleted = await deleteSome(database, from, to);
    await sql`update journal_state set attempts_since = ${to}::timestamptz`.execute(database.kysely);
  }
  return total;
}

/** Where there is something to look at that was not looked at; undefined: nowhere. */
async function nextHour({ kysely }: Pick<Database, 'kysely'>, before: Date): Promise<Date | undefined> {
  const { rows } = await sql<{ at: Date | null }>`
    select min(finished_at) as at from attempts where finished_at >= (select attempts_since from journal_state) and finished_at < ${before}::timestamptz
  `.execute(kysely);
  return rows[0]?.at ?? undefined;
}

async function deleteSome({ kysely }: Pick<Database, 'kysely'>, from: Date, to: Date): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from attempts where ctid = any(array(
      select ctid from attempts attempt
      where finished_at >= ${from}::timestamptz and finished_at < ${to}::timestamptz
        and not exists (select from dead_letters letter where letter.message = attempt.message and letter.queue = attempt.queue)
      limit ${atOnce}
    ))
  `.execute(kysely);
  return Number(numAffectedRows ?? 0n);
}
