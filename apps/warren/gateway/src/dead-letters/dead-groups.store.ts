import { Injectable } from '@nestjs/common';
import { Database, InjectReader, sql } from '@warren/database';
import { type DeadGroup, type DeadGroups } from '@warren/protocol';
import { Keyset, ProblemError } from '@warren/service';
import { z } from 'zod';
import { orAway } from '../database-away.js';
import { journalAway } from '../flows/flows.store.js';
import { type DeadGroupRow, type JournalViews } from '../journal.views.js';
import { fromMicroseconds, microseconds, placeNumber } from '../paging/places.js';
import { plainText } from '../plain-text.js';
import { Searches } from '../search/searches.service.js';
import { type GroupsQuery } from './dead-letters.dto.js';
import { listed } from './search.js';

/** When it was last seen, in microseconds, and its id: the newest first. */
const keyset = new Keyset('groups', z.tuple([placeNumber, plainText(500)]));

type GroupRow = DeadGroupRow & { place: number };

/** Dead letters by cause. The pages without a search come from counters, however many letters there are. */
@Injectable()
export class DeadGroupsStore {
  constructor(
    @InjectReader() private readonly journal: Database<JournalViews>,
    private readonly searches: Searches,
  ) {}

  /** A page of groups: with a search those that have letters it finds, `dead` being how many. @throws ProblemError 400 for the cursor, 422 for the search, 503 */
  async list({ q, all, cursor, limit }: GroupsQuery): Promise<DeadGroups> {
    const after = keyset.after(cursor);
    const place = after ? placeAfter(...after) : sql`true`;
    const groups = q?.trim() ? found(q) : counted(all === 'true');
    const { rows } = await this.searches.run((tx) =>
      sql<GroupRow>`
        with page as materialized (select id, dead from (${groups}) each where ${place} order by last_seen desc, id limit ${limit + 1})
        select ${columns}, page.dead from dead_groups g join page using (id) order by last_seen desc, id`.execute(tx),
    );
    return keyset.page(rows, limit, ({ place, id }) => [place, id], groupOf);
  }

  /** @throws ProblemError 404, 503 */
  async one(id: string): Promise<DeadGroup> {
    if (!plainText(100).safeParse(id).success) throw unknownGroup(id);
    const { rows: [row] } = await orAway(sql<GroupRow>`select ${columns}, dead from dead_groups g where id = ${id}`.execute(this.journal.kysely), journalAway);
    if (!row) throw unknownGroup(id);
    return groupOf(row);
  }
}

/** Written so that the index on (last_seen desc, id) gives it. */
const placeAfter = (seen: number, id: string) => sql`last_seen <= ${fromMicroseconds(seen)} and (last_seen < ${fromMicroseconds(seen)} or id > ${id})`;

/** An array of bigints would come as texts. */
const columns = sql`id, flow, queue, consumer, cause, error, stack, total, first_seen, last_seen, ${microseconds('last_seen')} as place, trend::float8[] as trend, notes`;

const counted = (all: boolean) => sql`select id, dead, last_seen from dead_groups where dead > 0 or ${all}`;

const found = (q: string) => sql`
  select g.id, letters.dead, g.last_seen
  from (select "group", count(*) as dead from dead_letters where ${listed(q)} group by "group") letters join dead_groups g on g.id = letters."group"`;

const groupOf = (row: GroupRow): DeadGroup => ({
  id: row.id,
  flow: row.flow,
  queue: row.queue,
  consumer: row.consumer,
  cause: { name: row.cause, message: row.error, ...(row.stack !== null && { stack: row.stack }) },
  dead: row.dead,
  total: row.total,
  firstSeen: row.first_seen.toISOString(),
  lastSeen: row.last_seen.toISOString(),
  trend: row.trend,
  notes: row.notes.map(({ at, by, text }) => ({ at: new Date(at).toISOString(), by, text })),
});

export const unknownGroup = (id: string) => new ProblemError(404, { code: 'unknown-group', detail: `There is no group ${id}.` });
