import { Injectable } from '@nestjs/common';
import { Database, InjectReader, type RawBuilder, sql } from '@warren/database';
import { type JourneySelection, type Replay, type ReplayDryRun, type Replays } from '@warren/protocol';
import { Keyset, type PageQuery } from '@warren/service';
import { z } from 'zod';
import { orAway } from '../database-away.js';
import { Searches } from '../search/searches.service.js';
import { journalAway } from '../flows/flows.store.js';
import { type JournalViews } from '../journal.views.js';
import { journeysFound } from '../search/journey-search.store.js';

const keyset = new Keyset('replays', z.uuid());

/** Replays as the observer publishes them. */
@Injectable()
export class ReplaysStore {
  constructor(
    @InjectReader() private readonly journal: Database<JournalViews>,
    private readonly searches: Searches,
  ) {}

  /** What an operation has come to with each journey, in the order in which it took them. @throws ProblemError 400 for the cursor, 503 */
  async list(operation: string, { cursor, limit }: PageQuery): Promise<Replays> {
    const after = keyset.after(cursor);
    const place = after === undefined ? sql`true` : sql`replay > ${after}::uuid`;
    const read = sql<Replay>`select journey, replay, state, refusal from replays where operation = ${operation} and ${place} order by replay limit ${limit + 1}`;
    const { rows } = await orAway(read.execute(this.journal.kysely), journalAway);
    return keyset.page(rows, limit, ({ replay }) => replay, (row) => row); // prettier-ignore
  }

  /** What a replay of the selection would publish now. @throws ProblemError 422 for the search, 503 */
  async dryRun(selection: JourneySelection): Promise<ReplayDryRun> {
    const condition = conditionOf(selection);
    const contracts = await this.searches.run(async (tx) => {
      const { rows } = await sql<{ contract: string; total: number }>`
        select coalesce(contract, topic) as contract, count(*) as total from roots found where ${condition} group by 1 order by 1
      `.execute(tx);
      return rows;
    });
    return { dryRun: true, total: contracts.reduce((sum, { total }) => sum + total, 0), contracts };
  }
}

/** Those that the search of journeys finds by the same words. @throws ProblemError 422 that points at what is wrong */
export function conditionOf(selection: JourneySelection): RawBuilder<boolean> {
  return 'ids' in selection ? sql`found.id = any(${selection.ids}::uuid[])` : journeysFound(selection.query, 'query');
}
