import { Injectable } from '@nestjs/common';
import { Database, sql, type Selectable } from '@warren/database';
import { Keyset, type Page, type PageQuery, ProblemError, orDatabaseAway } from '@warren/service';
import { z } from 'zod';
import { type AttemptTable, type JobTable, type Tables } from '../storage/migrations.js';
import { type Attempt, type ReceivedJob } from './received.dto.js';

type AttemptRow = Selectable<AttemptTable>;

const keyset = new Keyset('received', z.number().int());

/** What this service's instances have done. */
@Injectable()
export class Received {
  constructor(private readonly database: Database<Tables>) {}

  /** Jobs that are done, the last one first. @throws ProblemError 400 for the cursor, 503 while the database is away */
  async list({ cursor, limit }: PageQuery): Promise<Page<ReceivedJob>> {
    const after = keyset.after(cursor);
    let query = this.database.kysely.selectFrom('jobs').selectAll().where('seq', 'is not', null).orderBy('seq', 'desc').limit(limit + 1);
    if (after !== undefined) query = query.where('seq', '<', after);
    const rows = await orDatabaseAway(query.execute());
    const attempts = await this.attemptsOf(rows.map(({ id }) => id));
    return keyset.page(rows, limit, ({ seq }) => seq ?? 0, (row) => received(row, attempts));
  }

  /** One job, with who tried it. @throws ProblemError 404, 503 */
  async one(id: string): Promise<ReceivedJob> {
    const row = await orDatabaseAway(this.database.kysely.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirst());
    if (!row) throw new ProblemError(404, { code: 'no-such-job', detail: 'No job of this id has been begun.' });
    return received(row, await this.attemptsOf([id]));
  }

  /** How many jobs of a session are done. @throws ProblemError 503 */
  async countOf(session: string): Promise<number> {
    const query = sql<{ count: number }>`select count(*) as count from jobs where session = ${session} and seq is not null`;
    const { rows } = await orDatabaseAway(query.execute(this.database.kysely));
    return rows[0]?.count ?? 0;
  }

  private attemptsOf(ids: readonly string[]): Promise<AttemptRow[]> {
    if (ids.length === 0) return Promise.resolve([]);
    return orDatabaseAway(this.database.kysely.selectFrom('attempts').selectAll().where('job', 'in', ids).orderBy('id').execute());
  }
}

const received = ({ id, message, state, round, received_at, done_at, ms }: Selectable<JobTable>, attempts: readonly AttemptRow[]): ReceivedJob => {
  const own = attempts.filter(({ job }) => job === id).map(attemptOf);
  return { id, message, state, round, receivedAt: received_at.toISOString(), doneAt: done_at?.toISOString() ?? null, ms, attempts: own };
};

const attemptOf = ({ round, attempt, instance, started_at, finished_at, error }: AttemptRow): Attempt =>
  ({ round, attempt, instance, startedAt: started_at.toISOString(), finishedAt: finished_at?.toISOString() ?? null, error }); // prettier-ignore
