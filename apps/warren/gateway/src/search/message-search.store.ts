import { Injectable } from '@nestjs/common';
import { fieldsOfHops, type SearchFields, sql } from '@warren/database';
import { type FoundMessage, type FoundMessages, hopFields, messageFields, searchedText } from '@warren/protocol';
import { Keyset } from '@warren/service';
import { conditionOf } from './condition.js';
import { pageOf, Place, type Placed, placeOf } from './page.js';
import { type SearchQuery } from './search.dto.js';
import { Searches } from './searches.service.js';

const keyset = new Keyset<Place>('messages', Place);
const latency = sql`select extract(epoch from max(finished_at) - coalesce(found.published, found.at)) * 1000 as latency from hops where message = found.id and day = found.day`;
const fields: SearchFields = {
  ...messageFields,
  ...fieldsOfHops(hopFields, 'message', 'found'),
  latency: { kind: 'number', within: (condition) => sql<boolean>`exists (select from (${latency}) each where ${condition})` },
};

/** Named as the fields of a search. */
const rows = sql`select seq, at, id, day, journey, parent, flow, topic, type as contract, service, run, "foreign", differs, published, size, line, search as payload from messages`;

const hopsOfPage = sql`
  select json_build_object('queue', queue, 'consumer', consumer, 'outcome', outcome, 'attempt', attempt, 'instance', instance,
    'latency', case when finished_at is not null then greatest(extract(epoch from finished_at - coalesce(page.published, page.at))::float * 1000, 0) end)
  from hops where message = page.id and day = page.day order by queue`;

interface MessageRow extends Omit<FoundMessage, 'at' | 'publishedAt'>, Placed {
  at: Date;
  published: Date | null;
}

/** Messages of all flows, found by what they are and what became of them. */
@Injectable()
export class MessageSearch {
  constructor(private readonly searches: Searches) {}

  /** @throws ProblemError 400 for the cursor, 422 for the search, 503 */
  async find({ q = '', cursor, limit }: SearchQuery): Promise<FoundMessages> {
    const [condition, after] = [conditionOf(q, 'q', fields, searchedText), keyset.after(cursor)];
    const page = pageOf(rows, condition, after, limit);
    const found = await this.searches.run((tx) => sql`select page.*, array(${hopsOfPage}) as hops from (${page}) page order by at desc, seq desc`.execute(tx));
    return keyset.page(found.rows as MessageRow[], limit, placeOf, shown);
  }
}

const shown = ({ id, journey, parent, flow, topic, contract, service, run, foreign, differs, at, published, size, line, hops }: MessageRow): FoundMessage => ({
  id, journey, parent, flow, topic, contract, service, run, foreign, differs, at: at.toISOString(), publishedAt: published?.toISOString() ?? null, size, line, hops,
}); // prettier-ignore
