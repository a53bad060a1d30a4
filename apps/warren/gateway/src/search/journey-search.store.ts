import { Injectable } from '@nestjs/common';
import { cameOf, fieldsOfJourneys, type RawBuilder, sql } from '@warren/database';
import { type FoundJourney, type FoundJourneys, journeyTerms, searchedText } from '@warren/protocol';
import { Keyset } from '@warren/service';
import { conditionOf } from './condition.js';
import { pageOf, Place, type Placed, placeOf } from './page.js';
import { type SearchQuery } from './search.dto.js';
import { Searches } from './searches.service.js';

const keyset = new Keyset<Place>('journeys', Place);
const fields = fieldsOfJourneys(journeyTerms, 'found', 'all');

/** What a search of journeys finds among `roots found`. @param path where the caller has put it @throws ProblemError 422 that points at what is wrong */
export const journeysFound = (query: string, path: string): RawBuilder<boolean> => conditionOf(query, path, fields, searchedText);

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
    const [condition, after] = [journeysFound(q, 'q'), keyset.after(cursor)];
    const page = pageOf(sql`select * from roots`, condition, after, limit);
    const found = await this.searches.run((tx) => sql`select page.*, state, latency from (${page}) page cross join lateral ${cameOf(journeyTerms, 'page')} order by at desc, seq desc`.execute(tx));
    return keyset.page(found.rows as JourneyRow[], limit, placeOf, shown);
  }
}

const shown = ({ id, state, flow, topic, contract, service, run, foreign, at, published, size, line, latency }: JourneyRow): FoundJourney => ({
  id, state, flow, topic, contract, service, run, foreign, at: at.toISOString(), publishedAt: published?.toISOString() ?? null, size, line,
  latency: latency === null ? null : Math.max(0, latency),
}); // prettier-ignore
