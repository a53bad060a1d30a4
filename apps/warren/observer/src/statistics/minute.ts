import { type RawBuilder, sql } from '@warren/database';
import { type JournalTransaction } from '../storage/journal.tables.js';

const millis = (from: RawBuilder<unknown>, to: RawBuilder<unknown>) => sql`greatest(extract(epoch from ${to} - ${from})::float8 * 1000, 0)`;

/**
 * Of PostgreSQL: of a time newer than its own statistics it takes there to be nothing, or all, and here looking up single rows is always right; the journal needs the
 * other processors; what this process gives up, see Database, is not to go on.
 */
const settings = { random_page_cost: '1.1', max_parallel_workers_per_gather: '0', statement_timeout: '14s' };

/** What ended in a minute, from what the journal has of it now. */
export async function rollMinute(tx: JournalTransaction, slot: Date): Promise<void> {
  const begin = sql`${slot}::timestamptz`;
  await sql`select ${sql.join(Object.entries(settings).map(([name, value]) => sql`set_config(${name}, ${value}, true)`))}`.execute(tx);
  const { rows } = await sql<{ flow: string }>`select distinct flow from announced`.execute(tx);
  const flows = rows.map(({ flow }) => flow);
  const within = (time: RawBuilder<unknown>) => sql`${time} >= ${begin} and ${time} < ${begin} + interval '1 minute'`;
  await sql`
    with ended as materialized (
      select flow, queue, coalesce(instance, '') as instance, consumer, coalesce(service, '') as service, outcome, children,
        ${millis(sql`started_at`, sql`finished_at`)} as handling, case when due is not null then ${millis(sql`due`, sql`started_at`)} end as waiting
      from journal.finished where flow = any(${flows}::text[]) and ${within(sql`finished_at`)}
    ), counted as (
      insert into slot_attempts (minutes, slot, flow, queue, instance, consumer, service, handled, retried, dead, children)
      select 1, ${begin}, flow, queue, instance, max(consumer), max(service), count(*) filter (where outcome = 'handled'),
        count(*) filter (where outcome = 'retried'), count(*) filter (where outcome = 'dead'), coalesce(sum(children), 0)
      from ended group by flow, queue, instance
    )
    insert into slot_durations (minutes, slot, flow, queue, instance, kind, longest, buckets, counts)
    select 1, ${begin}, flow, queue, instance, kind, max(longest), array_agg(bucket order by bucket), array_agg(n order by bucket)
    from (
      select flow, queue, instance, kind, journal.bucket(took) as bucket, count(*)::int as n, max(took) as longest
      from ended cross join lateral (values ('handling', handling), ('waiting', waiting)) each (kind, took) where took is not null group by 1, 2, 3, 4, 5
    ) spread group by flow, queue, instance, kind
  `.execute(tx);
  await sql`
    with seen as (
      select distinct journey from hops where flow = any(${flows}::text[]) and ${within(sql`finished_at`)}
    ), last as (
      select journey, max(finished_at) as at, bool_or(outcome = 'dead') as dead from hops where journey in (select journey from seen)
      group by journey having not bool_or(outcome in ('open', 'retried'))
    ), ended as materialized (
      select m.flow, last.dead, ${millis(sql`coalesce(m.published, m.at)`, sql`last.at`)} as latency
      from last join messages m on m.id = last.journey where ${within(sql`last.at`)} and not m."foreign"
    ), counted as (
      insert into slot_flows (minutes, slot, flow, published, complete, dead)
      select 1, ${begin}, flow, sum(published), sum(complete), sum(dead) from (
        select flow, count(*) as published, 0 as complete, 0 as dead from messages where ${within(sql`at`)} group by flow
        union all select flow, 0, count(*) filter (where not dead), count(*) filter (where dead) from ended group by flow
      ) each group by flow
    )
    insert into slot_durations (minutes, slot, flow, queue, instance, kind, longest, buckets, counts)
    select 1, ${begin}, flow, '', '', 'latency', max(longest), array_agg(bucket order by bucket), array_agg(n order by bucket)
    from (select flow, journal.bucket(latency) as bucket, count(*)::int as n, max(latency) as longest from ended where not dead group by 1, 2) spread group by flow
  `.execute(tx);
}
