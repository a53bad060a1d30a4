import { Injectable } from '@nestjs/common';
import { Outbox, type Received } from '@warren/bus';
import { jobs } from '@warren/contracts';
import { Database, sql, type Transaction } from '@warren/database';
import { InjectIdentity, type Identity } from '@warren/service';
import { Tally } from '@warren/service/pages';
import { type JobTable, type Tables } from '../storage/migrations.js';

type Submitted = Received<typeof jobs.submitted>;
type Now = Pick<JobTable, 'id' | 'state' | 'round'> & { step: number };

/** One attempt of this instance. */
export interface Begun {
  attempt: number;
  job: string;
}

const interrupted = 'Its process ended before the attempt did.';

/** What becomes of jobs here: each change is stored together with the message that tells it. */
@Injectable()
export class JobsStore {
  constructor(
    private readonly database: Database<Tables>,
    private readonly outbox: Outbox,
    @InjectIdentity() private readonly self: Identity,
    private readonly tally: Tally,
  ) {}

  /** Begins an attempt; undefined when the job is done, cancelled, or in a later round. */
  begin({ payload: { job, round, message, session }, attempt }: Submitted): Promise<Begun | undefined> {
    return this.database.transaction(async (transaction) => {
      const { rows } = await sql<Now>`
        insert into jobs (id, message, session, state, round) values (${job}, ${message}, ${session}, 'processing', ${round})
        on conflict (id) do update set state = 'processing', step = jobs.step + 1, round = excluded.round, message = excluded.message, session = excluded.session
          where jobs.state not in ('done', 'cancelled') and jobs.round <= excluded.round
        returning id, state, step, round`.execute(transaction);
      const [now] = rows;
      if (!now) return undefined;
      await this.close(transaction, job, interrupted);
      const begun = transaction.insertInto('attempts').values({ job, round, attempt, instance: this.self.instance }).returning('id');
      const { id } = await begun.executeTakeFirstOrThrow();
      await this.outbox.add(transaction, await this.changed(transaction, now));
      return { attempt: id, job };
    });
  }

  /** An attempt failed, and another one follows where it was not the `last`. */
  async failed({ attempt, job }: Begun, { error, last }: { error: string; last: boolean }): Promise<void> {
    await this.database.transaction(async (transaction) => {
      await transaction.updateTable('attempts').set({ finished_at: new Date(), error }).where('id', '=', attempt).execute();
      if (last) return; // its dead letter tells that the job is dead
      const { rows } = await sql<Now>`
        update jobs set state = 'retrying', step = step + 1 where id = ${job} and state = 'processing' returning id, state, step, round`.execute(transaction);
      if (rows[0]) await this.outbox.add(transaction, await this.changed(transaction, rows[0], error));
    });
  }

  /** An attempt succeeded. @returns what to tell; nothing when another one was sooner */
  async done(transaction: Transaction<Tables>, { attempt, job }: Begun) {
    const { rows } = await sql<Now>`
      with finished as (
        update attempts set finished_at = now(), error = null where id = ${attempt} returning (extract(epoch from now() - started_at) * 1000)::int as ms)
      update jobs set state = 'done', step = step + 1, seq = nextval('done'), done_at = now(), ms = finished.ms
      from finished where jobs.id = ${job} and state <> 'done' returning jobs.id, state, step, round`.execute(transaction);
    if (!rows[0]) return undefined;
    this.database.afterCommit(transaction, () => this.tally.add());
    return this.changed(transaction, rows[0]);
  }

  /** Nobody tries it again in this round. @returns what to tell; nothing when it has gone on meanwhile */
  async dead(transaction: Transaction<Tables>, { job, round, error }: Received<typeof jobs.failed>['payload']) {
    const { rows } = await sql<Now>`
      insert into jobs (id, state, round) values (${job}, 'dead', ${round})
      on conflict (id) do update set state = 'dead', step = jobs.step + 1, round = excluded.round
        where jobs.state in ('processing', 'retrying', 'dead') and jobs.round <= excluded.round
      returning id, state, step, round`.execute(transaction);
    if (!rows[0]) return undefined;
    await this.close(transaction, job, error);
    return this.changed(transaction, rows[0], error);
  }

  /** Ends a job that was not begun in this round. @returns what to tell; nothing when it was too late */
  async cancel(transaction: Transaction<Tables>, { job, round }: Received<typeof jobs.cancelling>['payload']) {
    const { rows } = await sql<Now>`
      insert into jobs (id, state, round) values (${job}, 'cancelled', ${round})
      on conflict (id) do update set state = 'cancelled', step = jobs.step + 1, round = excluded.round where jobs.state = 'dead' and jobs.round < excluded.round
      returning id, state, step, round`.execute(transaction);
    return rows[0] && this.changed(transaction, rows[0]);
  }

  /** Ends the attempts that nobody is at any more. */
  private async close(transaction: Transaction<Tables>, job: string, error: string): Promise<void> {
    await transaction.updateTable('attempts').set({ finished_at: new Date(), error }).where('job', '=', job).where('finished_at', 'is', null).execute();
  }

  private async changed(transaction: Transaction<Tables>, { id: job, state, step, round }: Now, error: string | null = null) {
    const { rows } = await sql<{ attempts: number; instance: string | null }>`
      select count(*)::int as attempts, (array_agg(instance order by id desc))[1] as instance from attempts where job = ${job} and round = ${round}`.execute(transaction);
    const { attempts = 0, instance = null } = rows[0] ?? {};
    return jobs.changed({ job, round, step, state, attempts, instance, error, at: new Date().toISOString() });
  }
}
