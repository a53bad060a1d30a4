import { Injectable } from '@nestjs/common';
import { type Received } from '@warren/bus';
import { type jobs } from '@warren/contracts';
import { Database, sql, type Selectable, type Transaction } from '@warren/database';
import { Keyset, type Page, type PageQuery } from '@warren/service';
import { z } from 'zod';
import { type JobTable, type Tables } from '../storage/migrations.js';
import { type Job } from './jobs.dto.js';

export type Row = Selectable<JobTable>;
type Change = Received<typeof jobs.changed>['payload'];

const keyset = new Keyset('jobs', z.number().int());

/** What was submitted, and what receiver told of it. */
@Injectable()
export class JobsStore {
  constructor(private readonly database: Database<Tables>) {}

  transaction<R>(work: (transaction: Transaction<Tables>) => Promise<R>): Promise<R> {
    return this.database.transaction(work);
  }

  afterCommit(transaction: Transaction<Tables>, listener: () => void): void {
    this.database.afterCommit(transaction, listener);
  }

  /** @returns undefined when there is a job of this id already */
  add(transaction: Transaction<Tables>, job: Pick<Row, 'id' | 'message' | 'session'>): Promise<Row | undefined> {
    return transaction.insertInto('jobs').values(job).onConflict((conflict) => conflict.doNothing()).returningAll().executeTakeFirst();
  }

  one(id: string): Promise<Row | undefined> {
    return this.database.kysely.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirst();
  }

  locked(transaction: Transaction<Tables>, id: string): Promise<Row | undefined> {
    return transaction.selectFrom('jobs').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
  }

  change(transaction: Transaction<Tables>, id: string, change: Partial<Pick<Row, 'state' | 'round' | 'cancelling' | 'error'>>): Promise<Row> {
    const changed = transaction.updateTable('jobs').set({ ...change, changed_at: new Date() }).where('id', '=', id);
    return changed.returningAll().executeTakeFirstOrThrow();
  }

  async countOf(session: string): Promise<number> {
    const { rows } = await sql<{ count: number }>`select count(*) as count from jobs where session = ${session}`.execute(this.database.kysely);
    return rows[0]?.count ?? 0;
  }

  /** A page, the newest first. @throws ProblemError 400 for the cursor */
  async list({ cursor, limit }: PageQuery): Promise<Page<Job>> {
    const after = keyset.after(cursor);
    let query = this.database.kysely.selectFrom('jobs').selectAll().orderBy('seq', 'desc').limit(limit + 1);
    if (after !== undefined) query = query.where('seq', '<', after);
    return keyset.page(await query.execute(), limit, ({ seq }) => seq, jobOf);
  }

  /** Keeps what receiver told, unless it is older than what is known. */
  async told({ job, step, round, state, at, attempts, instance, error }: Change): Promise<void> {
    const told = { step, round, state, attempts, instance, error, changed_at: new Date(at), cancelling: false };
    await this.database.kysely.updateTable('jobs').set(told).where('id', '=', job).where('step', '<', step).where('round', '<=', round).execute();
  }
}

export const jobOf = ({ id, message, state, submitted_at, changed_at, round, attempts, instance, error, cancelling }: Row): Job =>
  ({ id, message, state, submittedAt: submitted_at.toISOString(), changedAt: changed_at.toISOString(), round, attempts, instance, error, cancelling }); // prettier-ignore
