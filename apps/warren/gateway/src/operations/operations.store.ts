import { Injectable } from '@nestjs/common';
import { Database, InjectReader, type RawBuilder, sql } from '@warren/database';
import { type DryRun, type Operation, type Operations, type Selection } from '@warren/protocol';
import { Keyset, type PageQuery, ProblemError } from '@warren/service';
import { z } from 'zod';
import { orAway } from '../database-away.js';
import { operable } from '../dead-letters/search.js';
import { Searches } from '../search/searches.service.js';
import { journalAway } from '../flows/flows.store.js';
import { type JournalViews, type OperationRow } from '../journal.views.js';
import { fromMicroseconds, microseconds, placeNumber } from '../paging/places.js';

const keyset = new Keyset('operations', z.tuple([placeNumber, z.uuid()]));

type Row = OperationRow & { place: number };

/** Operations as the observer publishes them. */
@Injectable()
export class OperationsStore {
  constructor(
    @InjectReader() private readonly journal: Database<JournalViews>,
    private readonly searches: Searches,
  ) {}

  /** A page, the newest first. @throws ProblemError 400 for the cursor, 503 */
  async list({ cursor, limit }: PageQuery): Promise<Operations> {
    const after = keyset.after(cursor);
    const place = after ? sql`(at, id) < (${fromMicroseconds(after[0])}, ${after[1]})` : sql`true`;
    const read = sql<Row>`select *, ${microseconds('at')} as place from operations where ${place} order by at desc, id desc limit ${limit + 1}`;
    const { rows } = await orAway(read.execute(this.journal.kysely), journalAway);
    return keyset.page(rows, limit, (row) => [row.place, row.id], operationOf);
  }

  /** @throws ProblemError 404, 503 */
  async one(id: string): Promise<Operation> {
    const row = await orAway(this.journal.kysely.selectFrom('operations').selectAll().where('id', '=', id).executeTakeFirst(), journalAway);
    if (!row) throw unknownOperation(id);
    return operationOf(row);
  }

  /** What an operation on the selection would touch now. @throws ProblemError 422 for the search, 503 */
  async dryRun(selection: Selection): Promise<DryRun> {
    const condition = conditionOf(selection);
    const queues = await this.searches.run((tx) =>
      tx.selectFrom('dead_letters').select(['queue', ({ fn }) => fn.countAll<number>().as('total')]).where(condition).groupBy('queue').orderBy('queue').execute(),
    );
    return { dryRun: true, total: queues.reduce((sum, { total }) => sum + total, 0), queues };
  }
}

function conditionOf(selection: Selection): RawBuilder<boolean> {
  if ('query' in selection) return operable(selection.query);
  const chosen = 'ids' in selection ? sql`id = any(${selection.ids})` : sql`"group" = ${selection.group}`;
  return sql<boolean>`(state = 'dead' and ${chosen})`;
}

const operationOf = (row: OperationRow): Operation => ({
  id: row.id,
  kind: row.kind,
  state: row.state,
  by: row.by,
  at: row.at.toISOString(),
  selection: row.selection,
  queue: row.queue,
  rate: row.rate,
  total: row.total,
  done: row.done,
  outcomes: { open: row.open, handled: row.handled, deadAgain: row.dead_again, discarded: row.discarded, adopted: row.adopted, replayed: row.replayed, refused: row.refused },
  finishedAt: row.finished_at?.toISOString() ?? null,
  problem: row.problem,
});

export const unknownOperation = (id: string) => new ProblemError(404, { code: 'unknown-operation', detail: `There is no operation ${id}.` });
