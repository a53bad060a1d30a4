import { sql } from '@warren/database';
import { type JournalTransaction } from '../storage/journal.tables.js';
import { keptSince, overUntil } from './slots.store.js';

/** What a batch says has ended: a hop, or one of its attempts. */
interface Ended {
  finishedAt: Date | null;
  journey?: string;
}

/**
 * What a batch brings late is not in the rollups of its minute: that and its hour are forgotten, and rolled up anew. So are those in which the journeys ended that had
 * only waited for it. To be called after it was written, in its transaction. Nothing is asked where nothing is late.
 */
export async function forgetSlots(tx: JournalTransaction, ended: readonly Ended[], at: Date): Promise<void> {
  const until = overUntil(at);
  const late = ended.filter(({ finishedAt }) => finishedAt !== null && finishedAt < until);
  if (late.length === 0) return;
  const journeys = new Set(late.flatMap(({ journey }) => journey ?? []));
  await sql`
    insert into slots (minutes, slot, revision, rolled)
    select distinct minutes, date_bin(make_interval(mins => minutes), at, timestamptz 'epoch') as slot, 1, false
    from (
      select unnest(${late.map(({ finishedAt }) => finishedAt)}::timestamptz[]) as at
      union all select max(finished_at) from hops where journey = any(${[...journeys]}::uuid[]) group by journey
    ) ended cross join (values (1), (60)) kinds (minutes)
    where at >= ${keptSince(until)} and at < ${until} order by minutes, slot
    on conflict (minutes, slot) do update set revision = slots.revision + 1, rolled = false
  `.execute(tx);
}
