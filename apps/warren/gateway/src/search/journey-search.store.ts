import { Injectable } from '@nestjs/common';
import { type SearchFields, sql } from '@warren/database';
import { defaultDeadline, type FoundJourney, type FoundJourneys, journeyFields } from '@warren/protocol';
import { Keyset } from '@warren/service';
import { Searches } from '../dead-letters/searches.service.js';
import { conditionOf } from './condition.js';
import { fieldsOfHops } from './hops.js';
import { pageOf, Place, type Placed, placeOf } from './page.js';
import { type SearchQuery } from './search.dto.js';

const keyset = new Keyset<Place>('journeys', Place);
const fields: SearchFields = { ...journeyFields, ...fieldsOfHops('journey') };

const isOpen = sql`outcome in ('open', 'retried')`;

/**
 * The roots, with what came of each: as GET /api/v1/journeys/{id} tells it. Consumers give a foreign root ids of their own, by which its children name their journey.
 * Hops are looked at only for what asks for them.
 */
const rows = sql`
  select m.seq, m.at, m.id, m.id as journey, m.flow, m.topic, m.type as contract, m.service, m.run, m."foreign", m.published, m.size, m.line, m.search as payload,
    case
      when hops.open > 0 then case when now() - coalesce(hops.redriven, m.published, m.at) > coalesce(f.deadline, ${sql.lit(defaultDeadline)}) * interval '1 millisecond' then 'stalled' else 'open' end
      when hops.dead > 0 then 'dead' else 'complete'
    end as state,
    case when hops.open = 0 then (extract(epoch from hops.ended - coalesce(m.published, m.at)) * 1000)::float end as latency
  from messages m
  left join flows f on f.name = m.flow
  left join lateral (
    select count(*) filter (where ${isOpen}) as open, count(*) filter (where outcome = 'dead') as dead, max(finished_at) as ended,
      max(since) filter (where ${isOpen} and redrive > 0) as redriven
    from hops where journey = any(array(select m.id union all select alias from hops where message = m.id and alias is not null))
  ) hops on true
  where m.parent is null`;

interface JourneyRow extends Omit<FoundJourney, 'at' | 'publishedAt'>, Placed {
  at: Date;
  published: Date | null;
}

/** Journeys of all flows, found by their roots and what came of them. */
@Injectable()
export class JourneySearch {
  constructor(private readonly searches: Searches) {}

  /** @throws ProblemError 400 for the cursor, 422 for the search, 503 */
  async find({ q = '', cursor, limit }: SearchQuery): Promise<FoundJourneys> {
    const [condition, after] = [conditionOf(q, 'q', fields, ['line']), keyset.after(cursor)];
    const found = await this.searches.run((tx) => pageOf(rows, condition, after, limit).execute(tx));
    return keyset.page(found.rows as JourneyRow[], limit, placeOf, shown);
  }
}

const shown = ({ id, state, flow, topic, contract, service, run, foreign, at, published, size, line, latency }: JourneyRow): FoundJourney => ({
  id, state, flow, topic, contract, service, run, foreign, at: at.toISOString(), publishedAt: published?.toISOString() ?? null, size, line,
  latency: latency === null ? null : Math.max(0, latency),
}); // prettier-ignore
