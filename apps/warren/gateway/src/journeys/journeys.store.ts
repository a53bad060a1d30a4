import { Injectable } from '@nestjs/common';
import { Database, InjectReader, sql, type RawBuilder } from '@warren/database';
import { z } from 'zod';
import { type AttemptRow, type HopRow } from '../journal.views.js';
import { type HeadRow, type LetterRow, type MessageRow, type QueueRow } from './journeys.rows.js';

/** Where a message stands in its journey: many hops may be reported at once. */
export const Place = z.tuple([z.number().int().nonnegative(), z.uuid()]);
export type Place = z.infer<typeof Place>;

/** What belongs to the messages of a page. */
export interface PageRows {
  messages: MessageRow[];
  attempts: AttemptRow[];
  letters: LetterRow[];
}

/** Of a journey, that are shown with it. */
const mostReplays = 100;
/** What went through at once, or was not begun, has neither attempts of its own nor dead letters. */
const hasFailed = ({ outcome, attempt, redrive }: HopRow): boolean => attempt > 1 || redrive > 0 || !['open', 'handled'].includes(outcome);

const isOpen = sql`outcome in ('open', 'retried')`;

/** Journeys as the observer publishes them: as many statements for one message as for ten thousand, and few, since each takes longer than what it reads. */
@Injectable()
export class JourneysStore {
  constructor(@InjectReader() private readonly journal: Database) {}

  /** The journey that a message, a consumer's name for one, or a journey itself is called by. What is rare is looked for only where nothing else is found: planning it takes its time. */
  async find(id: string): Promise<HeadRow | undefined> {
    const usual = await this.headOf(sql`select journey from messages where id = ${id} union all select journey from hops where alias = ${id}`);
    return usual ?? this.headOf(sql`
      select journey from hops where message = ${id} union all select journey from messages where journey = ${id} union all select journey from hops where journey = ${id}`);
  }

  /** By any id that its messages name it by. */
  private async headOf(journeys: RawBuilder<unknown>): Promise<HeadRow | undefined> {
    const [found] = await this.rows<HeadRow>(sql`
      with asked as (select journey as id from (${journeys}) each limit 1),
        whole as (select coalesce((select journey from hops where alias = asked.id limit 1), asked.id) as root from asked),
        named as (select root, array(select distinct alias from hops where message = root and alias is not null) as aliases from whole),
        journey as materialized (select *, root || aliases as ids from named)
      select root, aliases, clock_timestamp() as now, (select count(*) from messages where journey = any(ids)) as messages, first.flow, f.deadline, first.digest,
        coalesce(first.published, first.at, (select min(coalesce(since, started_at)) from hops where journey = any(ids))) as started,
        (select r.journey from replays r where replay = root and state <> 'refused') as "replayOf",
        array(select replay from replays r where r.journey = root and state <> 'refused' order by replay desc limit ${sql.lit(mostReplays)}) as replays
      from journey
      left join lateral (select flow, published, at, case when "foreign" then digest end as digest from messages where journey = any(ids) order by seq limit 1) first on true
      left join flows f on f.name = first.flow`);
    return found;
  }

  queues(journeys: readonly string[]): Promise<QueueRow[]> {
    return this.rows<QueueRow>(sql`
      select each.*, coalesce(c.service, each.reporter) as service from (
        select queue, min(consumer) as consumer, max(service) as reporter, count(*) filter (where ${isOpen}) as open,
          count(*) filter (where outcome = 'handled') as handled, count(*) filter (where outcome = 'dead') as dead,
          count(*) filter (where outcome = 'discarded') as discarded, count(*) filter (where outcome = 'retried') as retrying,
          min(retry_at) filter (where outcome = 'retried') as due, min(since) filter (where ${isOpen}) as since,
          max(since) filter (where ${isOpen} and redrive > 0) as redriven, max(finished_at) as ended
        from hops where journey = any(${journeys}::uuid[]) group by queue
      ) each left join consumers c using (queue) order by queue`);
  }

  /**
   * One message more than the limit, where there are more; in the order of the journal, in which parents come before their children. What belongs to a message is
   * looked for in its own days, which are one, or two around midnight: an id that has no time in it has else its own place in the index of every day.
   */
  async page(journeys: readonly string[], after: Place | undefined, limit: number): Promise<PageRows> {
    const later = after ? sql`having (min(seq), id) > (${after[0]}, ${after[1]}::uuid)` : sql``;
    const rows = await this.rows<MessageRow & { hops: HopJson[] }>(sql`
      with spots as (
        select id, min(seq) as seq, min(day) as first, max(day) as last from (
          select id, seq, day from messages where journey = any(${journeys}::uuid[])
          union all select message, opened_seq, day from hops where journey = any(${journeys}::uuid[])
        ) each group by id ${later} order by 2, 1 limit ${limit + 1}
      )
      select spots.seq, spots.id, at, published, flow, type, topic, service, parent, parent_queue, "foreign", differs, digest, line, size,
        (select coalesce(json_agg(h order by h.queue), '[]') from hops h where h.message = spots.id and h.day in (spots.first, spots.last)) as hops
      from spots left join messages m on m.id = spots.id and m.day in (spots.first, spots.last) and m.journey = any(${journeys}::uuid[]) order by spots.seq, spots.id`);
    const messages = rows.map((row) => ({ ...row, hops: row.hops.map(hopOf) }));
    const failed = messages.flatMap(({ hops }) => hops).filter(hasFailed);
    const [attempts, letters] = failed.length > 0 ? await Promise.all([this.attempts(failed), this.letters(journeys)]) : [[], []];
    return { messages, attempts, letters };
  }

  /** They are kept under the id by which the consumer knows the message. */
  private attempts(hops: readonly HopRow[]): Promise<AttemptRow[]> {
    const ids = hops.map(({ alias, message }) => alias ?? message);
    return this.rows<AttemptRow>(sql`select * from attempts where message = any(${ids}::uuid[]) order by redrive, attempt`);
  }

  private letters(journeys: readonly string[]): Promise<LetterRow[]> {
    return this.rows<LetterRow>(sql`select max(id) as id, message, queue from dead_letters where journey = any(${journeys}::uuid[]) group by message, queue`);
  }

  private rows<R>(query: RawBuilder<unknown>): Promise<R[]> {
    return this.journal.prepared(query as RawBuilder<R>);
  }
}

/** A hop as Postgres writes it into JSON. */
type HopJson = { [K in keyof HopRow]: Date extends HopRow[K] ? string | null : HopRow[K] };

const hopOf = (hop: HopJson): HopRow => ({ ...hop, started_at: timeOf(hop.started_at), finished_at: timeOf(hop.finished_at), retry_at: timeOf(hop.retry_at), since: timeOf(hop.since) });
const timeOf = (time: string | null): Date | null => (time === null ? null : new Date(time));
