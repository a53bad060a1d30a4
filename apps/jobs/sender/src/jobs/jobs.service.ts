import { Injectable } from '@nestjs/common';
import { Outbox, Publisher } from '@warren/bus';
import { jobs, type JobState } from '@warren/contracts';
import { type Transaction } from '@warren/database';
import { newId } from '@warren/protocol';
import { ProblemError, type Page, type PageQuery, orDatabaseAway } from '@warren/service';
import { Tally } from '@warren/service/pages';
import { type Tables } from '../storage/migrations.js';
import { type Job, type Submission } from './jobs.dto.js';
import { jobOf, JobsStore, type Row } from './jobs.store.js';

/** Stores jobs together with what is to be told of them: neither is there without the other. */
@Injectable()
export class Jobs {
  constructor(
    private readonly store: JobsStore,
    private readonly outbox: Outbox,
    private readonly publisher: Publisher,
    private readonly tally: Tally,
  ) {}

  /** Whether what is submitted now is stored only, and starts when the system is RUNNING again. */
  get held(): boolean {
    return !this.publisher.open;
  }

  /** Submits a job, or gives the one that was submitted with this id before. @throws ProblemError 409 where that is another one, 503 while the database is away: it is not stored */
  submit({ id = newId(), message, session }: Submission & { session: string }): Promise<Job> {
    return this.stored(async (transaction) => {
      const added = await this.store.add(transaction, { id, message, session });
      if (!added) return sameAs(message, this.found(await this.store.locked(transaction, id)));
      await this.outbox.add(transaction, jobs.submitted({ job: id, round: added.round, message, session }));
      this.store.afterCommit(transaction, () => this.tally.add());
      return added;
    });
  }

  /** Asks receiver for the end of a job that is queued. Whether that came in time is told later. @throws ProblemError 404, 409, 503 */
  cancel(id: string): Promise<Job> {
    return this.stored(async (transaction) => {
      const { round } = this.must(await this.store.locked(transaction, id), 'queued', 'cancelled');
      const changed = await this.store.change(transaction, id, { cancelling: true });
      await this.outbox.add(transaction, jobs.cancelling({ job: id, round }));
      return changed;
    });
  }

  /** Submits a job that is dead once more, as its next round. Its dead letter stays what it is: what was given up. @throws ProblemError 404, 409, 503 */
  runAgain(id: string): Promise<Job> {
    return this.stored(async (transaction) => {
      const { round, message, session } = this.must(await this.store.locked(transaction, id), 'dead', 'run again');
      const changed = await this.store.change(transaction, id, { state: 'queued', round: round + 1, error: null });
      await this.outbox.add(transaction, jobs.submitted({ job: id, round: round + 1, message, session }));
      return changed;
    });
  }

  /** @throws ProblemError 404, 503 */
  async one(id: string): Promise<Job> {
    return jobOf(this.found(await orDatabaseAway(this.store.one(id))));
  }

  /** @throws ProblemError 503 */
  async find(id: string): Promise<Job | undefined> {
    const row = await orDatabaseAway(this.store.one(id));
    return row && jobOf(row);
  }

  /** How many jobs a session has submitted. @throws ProblemError 503 */
  countOf(session: string): Promise<number> {
    return orDatabaseAway(this.store.countOf(session));
  }

  list(query: PageQuery): Promise<Page<Job>> {
    return orDatabaseAway(this.store.list(query));
  }

  private async stored(work: (transaction: Transaction<Tables>) => Promise<Row>): Promise<Job> {
    const row = await orDatabaseAway(this.store.transaction(work));
    return { ...jobOf(row), ...(this.held ? { held: true } : {}) };
  }

  private found(row: Row | undefined): Row {
    if (!row) throw new ProblemError(404, { code: 'no-such-job', detail: 'There is no job of this id.' });
    return row;
  }

  private must(row: Row | undefined, state: JobState, what: string): Row {
    const found = this.found(row);
    if (found.state === state) return found;
    throw new ProblemError(409, { code: 'wrong-state', detail: `The job is ${found.state}: only one that is ${state} can be ${what}.`, state: found.state });
  }
}

/** An id that is used again for something else is a mistake of its sender, who would take his message for submitted. */
function sameAs(message: string, row: Row): Row {
  if (row.message === message) return row;
  throw new ProblemError(409, { code: 'other-message', detail: 'A job of this id was submitted with another message: submit this one with an id of its own, or without one.' });
}
