import { Injectable } from '@nestjs/common';
import { Database, InjectReader, sql, type RawBuilder, type Transaction } from '@warren/database';
import { orAway } from '../database-away.js';
import { finishedIn, journeysIn, slotsSince } from './flow-statistics.queries.js';
import { gapsOf, type Slot } from './slots.js';

/** Milliseconds for all that is read: a day that is not rolled up yet takes seconds. What takes longer ends at the database, too. */
const patience = 30_000;
const away = { code: 'database-away', detail: `The journal cannot be read, or not within ${patience / 1000} s: ask for a shorter window.` };

/**
 * Of PostgreSQL, for these reads: what belongs to an attempt is looked up, which costs little more than reading on. Else it reads all of a day for what minutes need, and
 * compiles for longer than it then works.
 */
const settings = { statement_timeout: String(patience), random_page_cost: '1.1', enable_hashjoin: 'off', enable_mergejoin: 'off', jit: 'off', work_mem: '64MB' };

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
  /** Messages of the flow. */
  published: number;
  complete: number;
  dead: number;
  latency: Quantiles;
}

export interface StatisticsRows {
  finished: FinishedRow[];
  journeys: JourneysRow;
}

const nothing: JourneysRow = { published: 0, complete: 0, dead: 0, latency: null };

/** What the observer has rolled up of one flow since a time, and what its views say of the rest of that time; nothing else of them is read. */
@Injectable()
export class FlowStatisticsStore {
  constructor(@InjectReader() private readonly journal: Database) {}

  /** @throws ProblemError 503 when the journal cannot be read in time */
  read(flow: string, since: Date): Promise<StatisticsRows> {
    const read = this.journal.kysely.transaction().setIsolationLevel('repeatable read').execute(async (tx) => {
      await sql`select ${sql.join(Object.entries(settings).map(([name, value]) => sql`set_config(${name}, ${value}, true)`))}`.execute(tx);
      const slots = await rows<Slot>(tx, slotsSince(since));
      const cover = { flow, since, slots, gaps: gapsOf(since, slots) };
      const finished = await rows<FinishedRow>(tx, finishedIn(cover));
      const [journeys = nothing] = await rows<JourneysRow>(tx, journeysIn(cover));
      return { finished, journeys };
    });
    return orAway(read, away, patience);
  }
}

const rows = async <R>(tx: Transaction<unknown>, query: RawBuilder<unknown>): Promise<R[]> => (await query.execute(tx)).rows as R[];
