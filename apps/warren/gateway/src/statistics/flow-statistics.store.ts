import { Injectable } from '@nestjs/common';
import { Database, InjectReader, sql, type RawBuilder, type Transaction } from '@warren/database';
import { orAway } from '../database-away.js';

/** Milliseconds for all that is read; a day of a large system takes seconds. What takes longer ends at the database, too. */
const patience = 30_000;
const away = { code: 'database-away', detail: `The journal cannot be read, or not within ${patience / 1000} s: ask for a shorter window.` };

/**
 * Of PostgreSQL, for these reads: looking up one row costs little more than reading on (else it reads all of a day for what ten minutes need), and a day's
 * durations are sorted in memory. Of a million attempts on two busy cores a minute takes 0.1 s, ten 0.3 s, three hours 2 s, the whole day 12 s.
 */
const settings = { statement_timeout: String(patience), random_page_cost: '1.1', work_mem: '64MB' };

/** Of durations, in milliseconds: p50, p90, p99, the longest. */
type Quantiles = [number, number, number, number] | null;

/** What ended in the window: of the flow (no queue), of a consumer (no instance), of an instance. */
export interface FinishedRow {
  queue: string | null;
  consumer: string | null;
  service: string | null;
  instance: string | null;
  handled: number;
  retried: number;
  dead: number;
  published: number;
  waiting: Quantiles;
  handling: Quantiles;
  /** Milliseconds of the window in which it worked, those of its messages added up. */
  worked: number;
  /** How many instances have ended an attempt. */
  instances: number;
}

export interface JourneysRow {
  complete: number;
  dead: number;
  latency: Quantiles;
}

export interface StatisticsRows {
  finished: FinishedRow[];
  journeys: JourneysRow;
  published: number;
}

/** What the observer's views say of one flow since a time; nothing else of them is read. */
@Injectable()
export class FlowStatisticsStore {
  constructor(@InjectReader() private readonly journal: Database) {}

  /** @throws ProblemError 503 when the journal cannot be read in time */
  read(flow: string, since: Date): Promise<StatisticsRows> {
    const read = this.journal.kysely.transaction().setIsolationLevel('repeatable read').execute(async (tx) => {
      await sql`select ${sql.join(Object.entries(settings).map(([name, value]) => sql`set_config(${name}, ${value}, true)`))}`.execute(tx);
      const finished = await rows<FinishedRow>(tx, finishedSince(flow, since));
      const [journeys] = await rows<JourneysRow>(tx, journeysSince(flow, since));
      const [messages] = await rows<{ published: number }>(tx, sql`select count(*) as published from messages where flow = ${flow} and at >= ${since}`);
      return { finished, journeys: journeys ?? { complete: 0, dead: 0, latency: null }, published: messages?.published ?? 0 };
    });
    return orAway(read, away, patience);
  }
}

const quantiles = (duration: RawBuilder<unknown>, which: RawBuilder<unknown> = sql`true`) =>
  sql`percentile_cont(array[0.5, 0.9, 0.99, 1]) within group (order by ${duration}) filter (where ${which})`;
const millis = (from: RawBuilder<unknown>, to: RawBuilder<unknown>) => sql`greatest(extract(epoch from ${to} - ${from})::float8 * 1000, 0)`;

const finishedSince = (flow: string, since: Date) => sql`
  with ended as materialized (
    select queue, consumer, service, instance, outcome, children, ${millis(sql`started_at`, sql`finished_at`)} as handling,
      case when due is not null then ${millis(sql`due`, sql`started_at`)} end as waiting,
      ${millis(sql`greatest(started_at, ${since}::timestamptz)`, sql`finished_at`)} as worked
    from finished where flow = ${flow} and finished_at >= ${since}
  )
  select queue, max(consumer) as consumer, max(service) as service, instance,
    count(*) filter (where outcome = 'handled') as handled, count(*) filter (where outcome = 'retried') as retried, count(*) filter (where outcome = 'dead') as dead,
    coalesce(sum(children), 0)::bigint as published, ${quantiles(sql`waiting`)} as waiting, ${quantiles(sql`handling`)} as handling,
    coalesce(sum(worked), 0) as worked, count(distinct instance) as instances
  from ended group by grouping sets ((), (queue), (queue, instance)) order by queue nulls first, instance nulls first`;

/** Journeys of foreign roots are left out: what consumers make of those goes by other ids. */
const journeysSince = (flow: string, since: Date) => sql`
  with seen as (
    select distinct journey from hops where flow = ${flow} and finished_at >= ${since}
  ), ended as (
    select journey, max(finished_at) as at, bool_or(outcome = 'dead') as dead from hops where journey in (select journey from seen)
    group by journey having not bool_or(outcome in ('open', 'retried'))
  )
  select count(*) filter (where not dead) as complete, count(*) filter (where dead) as dead,
    ${quantiles(millis(sql`coalesce(m.published, m.at)`, sql`ended.at`), sql`not dead`)} as latency
  from ended join messages m on m.id = ended.journey where m.flow = ${flow} and not m."foreign"`;

const rows = async <R>(tx: Transaction<unknown>, query: RawBuilder<unknown>): Promise<R[]> => (await query.execute(tx)).rows as R[];
