import { type RawBuilder, sql } from '@warren/database';
import { type Gap, type Slot } from './slots.js';

/** A window of a flow: what the observer has rolled up of it, and what that leaves. */
export interface Cover {
  flow: string;
  since: Date;
  slots: readonly Slot[];
  gaps: readonly Gap[];
}

type Sql = RawBuilder<unknown>;

/** An hour that is rolled up stands for its minutes. */
export const slotsSince = (since: Date): Sql => sql`
  select minutes, slot from slots where rolled and slot >= ${since} and (minutes = 60 or not exists (
    select from slots hour where hour.minutes = 60 and hour.slot = date_bin('1 hour', slots.slot, timestamptz 'epoch') and hour.rolled and hour.slot >= ${since}
  ))`;

const millis = (from: Sql, to: Sql) => sql`greatest(extract(epoch from ${to} - ${from})::float8 * 1000, 0)`;

const total = (count: string) => sql`coalesce(sum(${sql.ref(count)}), 0)::bigint as ${sql.ref(count)}`;

/** Rows of a table of rollups. */
const rolledUp = (table: string, { flow, slots }: Cover) => sql`
  unnest(${slots.map(({ minutes }) => minutes)}::int[], ${slots.map(({ slot }) => slot)}::timestamptz[]) picked (minutes, slot)
  join ${sql.table(table)} rollup on rollup.minutes = picked.minutes and rollup.slot = picked.slot and flow = ${flow}`;

/** Rows of the gaps: each gap's bounds go into the query, which looks its rows up by them. (`offset 0`: else it would read all, and compare.) */
const inGaps = ({ gaps }: Cover, query: Sql, time: Sql) => sql`
  unnest(${gaps.map(({ from }) => from)}::timestamptz[], ${gaps.map(({ to }) => to)}::timestamptz[]) gap ("from", "to")
  cross join lateral (${query} and ${time} >= gap."from" and ${time} < gap."to" offset 0) one`;

/** By nearest rank, of rows of buckets with how many are in all up to them. A bucket's middle may be more than the longest of all, which is known exactly. */
const rank = (share: number) => sql`least(journal.middle(min(bucket) filter (where upto >= ${sql.lit(share)} * total)), max(longest))`;
const quantiles = sql`array[${rank(0.5)}, ${rank(0.9)}, ${rank(0.99)}, max(longest)]`;

/**
 * What ended of the flow (no queue), of each consumer (no instance), of each instance. What an attempt of a slot has worked is its bucket's middle, and at the most
 * the time that was gone of the window in the middle of the slot: before, it was not in the window.
 */
export const finishedIn = (cover: Cover): Sql => sql`
  with ended as materialized (
    select queue, consumer, service, coalesce(instance, '') as instance, outcome, children, ${millis(sql`started_at`, sql`finished_at`)} as handling,
      case when due is not null then ${millis(sql`due`, sql`started_at`)} end as waiting, ${millis(sql`greatest(started_at, ${cover.since}::timestamptz)`, sql`finished_at`)} as worked
    from ${inGaps(cover, sql`select * from finished where flow = ${cover.flow}`, sql`finished_at`)}
  ), counted as (
    select queue, instance, consumer, service, handled, retried, dead, children from ${rolledUp('slot_attempts', cover)}
    union all
    select queue, instance, max(consumer), max(service), count(*) filter (where outcome = 'handled'), count(*) filter (where outcome = 'retried'),
      count(*) filter (where outcome = 'dead'), coalesce(sum(children), 0) from ended group by queue, instance
  ), spread as (
    select queue, instance, kind, bucket, n, longest,
      n * least(journal.middle(bucket), extract(epoch from picked.slot - ${cover.since}::timestamptz)::float8 * 1000 + picked.minutes * 30000) as worked
    from ${rolledUp('slot_durations', cover)} cross join lateral unnest(buckets, counts) each (bucket, n) where kind <> 'latency'
    union all
    select queue, instance, kind, journal.bucket(took), 1, took, worked from ended cross join lateral (values ('handling', handling), ('waiting', waiting)) each (kind, took) where took is not null
  ), merged as (
    select queue, instance, kind, bucket, sum(n) as n, max(longest) as longest, sum(worked) as worked from spread group by queue, instance, kind, bucket
  ), totals as (
    select queue, instance, kind, bucket, sum(n) as n, max(longest) as longest, sum(worked) as worked
    from merged group by grouping sets ((kind, bucket), (queue, kind, bucket), (queue, instance, kind, bucket))
  ), ranked as (
    select *, sum(n) over (partition by queue, instance, kind order by bucket) as upto, sum(n) over (partition by queue, instance, kind) as total from totals
  ), measured as (
    select queue, instance, kind, sum(worked) as worked, ${quantiles} as quantiles from ranked group by queue, instance, kind
  )
  select whole.*, whole.children as published, coalesce(handling.worked, 0) as worked, waiting.quantiles as waiting, handling.quantiles as handling
  from (
    select queue, instance, max(consumer) as consumer, max(service) as service, ${total('handled')}, ${total('retried')}, ${total('dead')}, ${total('children')},
      count(distinct instance) as instances
    from counted group by grouping sets ((), (queue), (queue, instance))
  ) whole
  left join measured handling on handling.kind = 'handling' and handling.queue is not distinct from whole.queue and handling.instance is not distinct from whole.instance
  left join measured waiting on waiting.kind = 'waiting' and waiting.queue is not distinct from whole.queue and waiting.instance is not distinct from whole.instance
  order by whole.queue nulls first, whole.instance nulls first`;

/**
 * Messages of the flow, and journeys that began in it, wherever they ended. Those of foreign roots are left out: what consumers make of those goes by other ids.
 */
export const journeysIn = (cover: Cover): Sql => sql`
  with seen as (
    select distinct journey from ${inGaps(cover, sql`select journey from hops where flow = any(array(select flow from announced))`, sql`finished_at`)}
  ), last as (
    select journey, max(finished_at) as at, bool_or(outcome = 'dead') as dead from hops where journey in (select journey from seen)
    group by journey having not bool_or(outcome in ('open', 'retried'))
  ), ended as materialized (
    select last.dead, ${millis(sql`coalesce(m.published, m.at)`, sql`last.at`)} as latency
    from last join messages m on m.id = last.journey where m.flow = ${cover.flow} and not m."foreign" and exists (
      select from unnest(${cover.gaps.map(({ from }) => from)}::timestamptz[], ${cover.gaps.map(({ to }) => to)}::timestamptz[]) gap ("from", "to") where last.at >= gap."from" and last.at < gap."to"
    )
  ), counted as (
    select published, complete, dead from ${rolledUp('slot_flows', cover)}
    union all select 0, count(*) filter (where not dead), count(*) filter (where dead) from ended
    union all select count(*), 0, 0 from ${inGaps(cover, sql`select from messages where flow = ${cover.flow}`, sql`at`)}
  ), spread as (
    select bucket, n, longest from ${rolledUp('slot_durations', cover)} cross join lateral unnest(buckets, counts) each (bucket, n) where kind = 'latency'
    union all select journal.bucket(latency), 1, latency from ended where not dead
  ), ranked as (
    select bucket, longest, sum(n) over (order by bucket) as upto, sum(n) over () as total from spread
  )
  select ${total('published')}, ${total('complete')}, ${total('dead')}, (select ${quantiles} from ranked having count(*) > 0) as latency from counted`;
