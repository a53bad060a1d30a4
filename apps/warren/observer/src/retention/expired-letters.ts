import { sql, type Database } from '@warren/database';
import { lockJournal } from '../storage/journal.lock.js';
import { type JournalTransaction } from '../storage/journal.tables.js';

/** In one transaction: the journal waits meanwhile. */
const atOnce = 1_000;

interface Expired {
  message: string;
  queue: string;
  group: string;
  dead: boolean;
}

/**
 * Deletes dead letters that were stored before then, but none that is on its way through a redrive. One whose operation ended before then, too, has no end
 * to wait for: nobody reports of a queue that Warren has no consumer of. @returns how many.
 */
export async function deleteExpired(database: Pick<Database, 'transaction'>, before: Date): Promise<number> {
  let total = 0;
  for (let deleted = atOnce; deleted === atOnce; total += deleted) deleted = await database.transaction((tx) => deleteSome(tx, before));
  if (total > 0) await database.transaction((tx) => deleteEmptyGroups(tx));
  return total;
}

async function deleteSome(tx: JournalTransaction, before: Date): Promise<number> {
  await lockJournal(tx);
  const { rows } = await sql<Expired>`
    delete from dead_letters where id in (
      select id from dead_letters letter where at < ${before}::timestamptz and state <> 'redriving'
        and (state <> 'redriven' or exists (select from operations where id = letter.operation and finished_at < ${before}::timestamptz))
      order by at limit ${atOnce}
    ) returning message, queue, "group", state = 'dead' as dead
  `.execute(tx);
  if (rows.length === 0) return 0;
  await sql`
    update dead_groups set dead = dead_groups.dead - gone.dead, expired = expired + gone.n
    from (
      select "group", count(*) as n, count(*) filter (where dead) as dead
      from unnest(${rows.map(({ group }) => group)}::text[], ${rows.map(({ dead }) => dead)}::boolean[]) each ("group", dead) group by 1 order by 1
    ) gone where dead_groups.id = gone."group"
  `.execute(tx);
  await sql`
    delete from attempts using unnest(${rows.map(({ message }) => message)}::uuid[], ${rows.map(({ queue }) => queue)}::text[]) gone (message, queue)
    where attempts.message = gone.message and attempts.queue = gone.queue
      and not exists (select from dead_letters letter where letter.message = gone.message and letter.queue = gone.queue)
  `.execute(tx);
  return rows.length;
}

/** What operators have noted on a group stays, and the group with it. */
async function deleteEmptyGroups(tx: JournalTransaction): Promise<void> {
  await lockJournal(tx);
  await sql`delete from dead_groups where expired = total and not exists (select from dead_notes where "group" = dead_groups.id)`.execute(tx);
}

/** A trend shows a day. */
export async function forgetHours(tx: JournalTransaction): Promise<void> {
  await sql`delete from dead_hours where hour < now() - interval '2 days'`.execute(tx);
}
