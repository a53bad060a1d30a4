import { sql } from '@warren/database';
import { type JournalTransaction } from '../storage/journal.tables.js';

/** What ended in an hour, from its minutes. */
export async function rollHour(tx: JournalTransaction, slot: Date): Promise<void> {
  const begin = sql`${slot}::timestamptz`;
  const minutes = sql`minutes = 1 and slot >= ${begin} and slot < ${begin} + interval '1 hour'`;
  await sql`
    insert into slot_flows (minutes, slot, flow, published, complete, dead)
    select 60, ${begin}, flow, sum(published), sum(complete), sum(dead) from slot_flows where ${minutes} group by flow
  `.execute(tx);
  await sql`
    insert into slot_attempts (minutes, slot, flow, queue, instance, consumer, service, handled, retried, dead, children)
    select 60, ${begin}, flow, queue, instance, max(consumer), max(service), sum(handled), sum(retried), sum(dead), sum(children)
    from slot_attempts where ${minutes} group by flow, queue, instance
  `.execute(tx);
  await sql`
    insert into slot_durations (minutes, slot, flow, queue, instance, kind, longest, buckets, counts)
    select 60, ${begin}, flow, queue, instance, kind, max(longest), array_agg(bucket order by bucket), array_agg(n order by bucket)
    from (
      select flow, queue, instance, kind, bucket, sum(n)::int as n, max(longest) as longest
      from slot_durations cross join lateral unnest(buckets, counts) each (bucket, n) where ${minutes} group by flow, queue, instance, kind, bucket
    ) spread group by flow, queue, instance, kind
  `.execute(tx);
}
