import { Injectable } from '@nestjs/common';
import { type RawBuilder, type SearchFields, sql } from '@warren/database';
import { defaultDeadline, type FoundJourney, type FoundJourneys, journeyFields } from '@warren/protocol';
import { Keyset } from '@warren/service';
import { Searches } from '../dead-letters/searches.service.js';
import { conditionOf } from './condition.js';
import { fieldsOfHops, journeyWith } from './hops.js';
import { pageOf, Place, type Placed, placeOf } from './page.js';
import { type SearchQuery } from './search.dto.js';

const keyset = new Keyset<Place>('journeys', Place);
const isOpen = sql<boolean>`outcome in ('open', 'retried')`;
/** What a journey of a state must have, where few do: found by its index, instead of root after root. */
const signs: Partial<Record<string, RawBuilder<boolean>>> = { open: isOpen, stalled: isOpen, dead: sql`outcome = 'dead'` };

/** What came of a journey, as GET /api/v1/journeys/{id} tells it. @param root the row of its root */
const cameOf = (root: 'found' | 'page') => sql`(
  select case
      when hops.open > 0 then
        case when now() - coalesce(hops.redriven, published, at) > coalesce(f.deadline, ${sql.lit(defaultDeadline)}) * interval '1 millisecond' then 'stalled' else 'open' end
      when hops.dead > 0 then 'dead' else 'complete'
    end as state,
    case when hops.open = 0 then (extract(epoch from hops.ended - coalesce(published, at)) * 1000)::float end as latency
  from (
    select count(*) filter (where ${isOpen}) as open, count(*) filter (where outcome = 'dead') as dead, max(finished_at) as ended,
      max(since) filter (where ${isOpen} and redrive > 0) as redriven
    from hops where journey = any(array(select ${sql.ref(`${root}.id`)} union all select alias from hops where message = ${sql.ref(`${root}.id`)} and alias is not null))
  ) hops left join flows f on f.name = ${sql.ref(`${root}.flow`)}
) came`;
const came = (condition: RawBuilder<boolean>) => sql<boolean>`exists (select from ${cameOf('found')} where ${condition})`;

const fields: SearchFields = {
  ...journeyFields,
  ...fieldsOfHops('journey'),
  latency: { kind: 'number', within: came },
  state: {
    kind: 'text',
    within: (condition, value = '') => (signs[value] ? sql`(${journeyWith(signs[value])} and ${came(condition)})` : came(condition)),
  },
};

const roots = sql`
  select seq, at, id, id as journey, flow, topic, type as contract, service, run, "foreign", published, size, line, search as payload from messages where parent is null`;

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
    const page = pageOf(roots, condition, after, limit);
    const found = await this.searches.run((tx) => sql`select page.*, state, latency from (${page}) page cross join lateral ${cameOf('page')} order by at desc, seq desc`.execute(tx));
    return keyset.page(found.rows as JourneyRow[], limit, placeOf, shown);
  }
}

const shown = ({ id, state, flow, topic, contract, service, run, foreign, at, published, size, line, latency }: JourneyRow): FoundJourney => ({
  id, state, flow, topic, contract, service, run, foreign, at: at.toISOString(), publishedAt: published?.toISOString() ?? null, size, line,
  latency: latency === null ? null : Math.max(0, latency),
}); // prettier-ignore
