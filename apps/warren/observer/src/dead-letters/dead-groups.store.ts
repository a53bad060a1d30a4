import { sql } from '@warren/database';
import { type JournalTransaction } from '../storage/journal.tables.js';
import { type NewDeadLetter } from './read-dead-letter.js';

/** The trigger counts changes; what comes new is counted here. Groups in the order of their ids, to lock them as the trigger does. */
export async function countInGroups(tx: JournalTransaction, letters: readonly NewDeadLetter[], at: Date): Promise<void> {
  if (letters.length === 0) return;
  const rows = [...new Map(letters.toReversed().map((letter) => [letter.group, letter])).values()].sort((one, other) => (one.group < other.group ? -1 : 1));
  const counts = rows.map(({ group }) => letters.filter((letter) => letter.group === group).length);
  const all = (value: (row: NewDeadLetter) => string | null) => sql.val(rows.map(value));
  await sql`
    insert into dead_groups (id, flow, queue, consumer, cause, error, stack, dead, total, first_seen, last_seen)
    select id, flow, queue, consumer, cause, error, stack, n, n, ${at}::timestamptz, ${at}::timestamptz
    from unnest(${all(({ group }) => group)}::text[], ${all(({ flow }) => flow)}::text[], ${all(({ queue }) => queue)}::text[],
      ${all(({ consumer }) => consumer)}::text[], ${all(({ cause }) => cause.name)}::text[], ${all(({ cause }) => cause.message)}::text[],
      ${all(({ cause }) => cause.stack ?? null)}::text[], ${counts}::bigint[]) as came (id, flow, queue, consumer, cause, error, stack, n)
    on conflict (id) do update set dead = dead_groups.dead + excluded.dead, total = dead_groups.total + excluded.total, last_seen = excluded.last_seen
  `.execute(tx);
  await sql`
    insert into dead_hours ("group", hour, dead)
    select id, date_trunc('hour', ${at}::timestamptz), n from unnest(${all(({ group }) => group)}::text[], ${counts}::bigint[]) as came (id, n)
    on conflict ("group", hour) do update set dead = dead_hours.dead + excluded.dead
  `.execute(tx);
}
