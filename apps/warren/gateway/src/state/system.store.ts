import { Injectable } from '@nestjs/common';
import { Database, sql } from '@warren/database';
import { type Command, type State, type SystemState, type Transition } from '@warren/protocol';
import { type GatewayTables, type SystemRow } from '../gateway.tables.js';
import { type Step } from './transition.plan.js';
import { isUnconverged } from '../services/roster.store.js';
import { SupersededError } from './transition.errors.js';
import { transitionOf } from './transition.mapper.js';

/** The desired state, and the transition that led to it. */
export type Desired = SystemRow;

/** What was asked for, when, and by whom. */
export interface Asked {
  to: State;
  by: string;
  at: Date;
}

/** What a transition has come to; without the last three where quiet was not waited for. */
type Outcome = Pick<Transition, 'confirmedAt' | 'entries'> & Partial<Pick<Transition, 'quiet' | 'quietAt' | 'open'>>;

const dbNow = sql<Date>`clock_timestamp()`;

/** The command that the desired state is. */
export const commandOf = ({ epoch, run, state, sources, attached }: Desired): Command => ({ epoch, run, state, sources, attached });

/** The one row that says what the whole system shall be, the transitions that changed it, and the run-log's lines. */
@Injectable()
export class SystemStore {
  private last: Desired | undefined;

  constructor(private readonly database: Database<GatewayTables>) {}

  /** What this gateway read last; for when the database is away. */
  get lastKnown(): Desired | undefined {
    return this.last;
  }

  async current(): Promise<Desired> {
    this.last = await this.database.kysely.selectFrom('system').selectAll().executeTakeFirstOrThrow();
    return this.last;
  }

  /** The state as GET /state shows it. */
  async shown(): Promise<SystemState> {
    const row = this.database.kysely.selectFrom('system').selectAll().select(sql<boolean>`not ${isUnconverged}`.as('converged'));
    const { state, run, epoch, since, converged } = await row.executeTakeFirstOrThrow();
    return { state, run, epoch, converged, since: since.toISOString(), age: 0 };
  }

  /** By the database's clock, which all gateways share. */
  async now(): Promise<Date> {
    const { rows } = await sql<{ at: Date }>`select ${dbNow} as at`.execute(this.database.kysely);
    return rows[0]?.at ?? new Date();
  }

  /**
   * Takes a step: raises the epoch, writes the run-log where the state is another, and says in the transition how far it is.
   * @throws SupersededError when another gateway has decided something since `before` was read.
   */
  async decide(before: Desired, step: Step, asked: Asked & { id: string }): Promise<Desired> {
    const { id } = asked;
    this.last = await this.database.transaction(async (db) => {
      const { state, sources, attached } = step;
      const changed = state !== before.state;
      const next = { epoch: before.epoch + 1, run: before.run + (step.newRun ? 1 : 0), state, sources, attached, transition: id };
      const after = await db
        .updateTable('system')
        .set({ ...next, since: changed ? dbNow : before.since })
        .where('epoch', '=', before.epoch)
        .returningAll()
        .executeTakeFirst();
      if (!after) throw new SupersededError();
      const { epoch, run, since } = after;
      if (changed) await db.insertInto('run_log').values({ at: since, state, epoch }).execute();
      await db
        .insertInto('transitions')
        .values({ ...begun(asked), id, epoch, run, state, from: before.state })
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ epoch, run, state }))
        .execute();
      return after;
    });
    return this.last;
  }

  /** @returns undefined when there is none, as before the first INIT. */
  async transition(id: string | null): Promise<Transition | undefined> {
    if (!id) return undefined;
    const row = await this.database.kysely.selectFrom('transitions').selectAll().where('id', '=', id).executeTakeFirst();
    return row && transitionOf(row);
  }

  /** Whether the transition was still under way at that instant. */
  async wasFinishedAfter(id: string | null, at: Date): Promise<boolean> {
    const row = await this.database.kysely.selectFrom('transitions').select('id').where('id', '=', id).where('finished_at', '>', at).executeTakeFirst();
    return row !== undefined;
  }

  /** Writes down what became of a transition, and returns all of it. */
  async finish(id: string, outcome: Outcome): Promise<Transition> {
    const { confirmedAt, entries, quiet, quietAt, open } = outcome;
    const row = await this.database.kysely
      .updateTable('transitions')
      .set({ finished_at: dbNow, confirmed_at: dateOf(confirmedAt), entries: jsonb(entries) })
      .$if(quiet !== undefined, (update) => update.set({ quiet, quiet_at: dateOf(quietAt), open: jsonb(open ?? []) }))
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow();
    return transitionOf(row);
  }

  /** A pause has become quiet after it was answered. */
  async becameQuiet(id: string, at: string): Promise<void> {
    await sql`update transitions set quiet_at = ${at}, open = '[]' where id = ${id} and quiet_at is null`.execute(this.database.kysely);
  }
}

const dateOf = (instant: string | null = null): Date | null => (instant ? new Date(instant) : null);
const jsonb = <T>(value: T) => sql<T>`${JSON.stringify(value)}::jsonb`;

const begun = ({ to, by, at }: Asked) => ({ to, by, asked_at: at, finished_at: null, confirmed_at: null, quiet: null, quiet_at: null, open: jsonb([]), entries: jsonb([]) });
