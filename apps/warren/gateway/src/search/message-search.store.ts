import { Injectable } from '@nestjs/common';
import { fieldsOfHops, type SearchFields, sql, type Transaction } from '@warren/database';
import { type FoundHop, type FoundMessage, type FoundMessages, hopFields, messageFields, searchedText } from '@warren/protocol';
import { Keyset } from '@warren/service';
import { Searches } from '../dead-letters/searches.service.js';
import { type JournalViews } from '../journal.views.js';
import { conditionOf } from './condition.js';
import { pageOf, Place, type Placed, placeOf } from './page.js';
import { type SearchQuery } from './search.dto.js';

const keyset = new Keyset<Place>('messages', Place);
const fields: SearchFields = { ...messageFields, ...fieldsOfHops(hopFields, 'message', 'found') };

/** Named as the fields of a search; what takes a look at other rows is done only for what asks for it. */
const rows = sql`
  select seq, at, id, journey, parent, flow, topic, type as contract, service, run, "foreign", differs, published, size, line, search as payload,
    (select extract(epoch from max(finished_at) - coalesce(m.published, m.at)) * 1000 from hops where message = m.id) as latency
  from messages m`;

interface MessageRow extends Omit<FoundMessage, 'at' | 'publishedAt' | 'hops'>, Placed {
  at: Date;
  published: Date | null;
}

type HopRow = FoundHop & { message: string };

/** Messages of all flows, found by what they are and what became of them. */
@Injectable()
export class MessageSearch {
  constructor(private readonly searches: Searches) {}

  /** @throws ProblemError 400 for the cursor, 422 for the search, 503 */
  async find({ q = '', cursor, limit }: SearchQuery): Promise<FoundMessages> {
    const [condition, after] = [conditionOf(q, 'q', fields, searchedText), keyset.after(cursor)];
    return this.searches.run(async (tx) => {
      const found = (await pageOf(rows, condition, after, limit).execute(tx)).rows as MessageRow[];
      const hops = await hopsOf(tx, found.slice(0, limit));
      return keyset.page(found, limit, placeOf, (row) => shown(row, hops.get(row.id) ?? []));
    });
  }
}

async function hopsOf(tx: Transaction<JournalViews>, found: readonly MessageRow[]): Promise<Map<string, HopRow[]>> {
  const { rows: hops } = await sql<HopRow>`
    select h.message, queue, consumer, outcome, attempt, instance, extract(epoch from finished_at - begun)::float * 1000 as latency
    from unnest(${found.map(({ id }) => id)}::uuid[], ${found.map(({ published, at }) => published ?? at)}::timestamptz[]) m (id, begun)
    join hops h on h.message = m.id order by queue`.execute(tx);
  return Map.groupBy(hops, ({ message }) => message);
}

const shown = ({ id, journey, parent, flow, topic, contract, service, run, foreign, differs, at, published, size, line }: MessageRow, hops: readonly HopRow[]): FoundMessage => ({
  id, journey, parent, flow, topic, contract, service, run, foreign, differs, at: at.toISOString(), publishedAt: published?.toISOString() ?? null, size, line,
  hops: hops.map(({ queue, consumer, outcome, attempt, instance, latency }) => ({ queue, consumer, outcome, attempt, instance, latency: latency === null ? null : Math.max(0, latency) })),
}); // prettier-ignore
