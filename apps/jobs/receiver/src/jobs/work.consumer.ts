import { Injectable, Logger } from '@nestjs/common';
import { OnMessage, PostponeError, type Received } from '@warren/bus';
import { jobs } from '@warren/contracts';
import { type Transaction } from '@warren/database';
import { type Tables } from '../storage/migrations.js';
import { type Begun, JobsStore } from './jobs.store.js';
import { Work } from './work.service.js';

const attempts = 5;
const policy = { attempts, delays: [500, 1_000, 2_000, 5_000] };
/** Milliseconds until a job is looked at again that could not be begun. */
const patience = 1_000;

/** Does the jobs. The work comes before the transaction that stores its result, and is done again where that one fails. */
@Injectable()
export class WorkConsumer {
  private readonly logger = new Logger('Job');

  constructor(
    private readonly store: JobsStore,
    private readonly work: Work,
  ) {}

  @OnMessage(jobs.submitted, {
    queue: 'jobs.receiver', inbox: true, concurrency: 10, policy,
    dead: ({ payload: { job, round } }, { message: error }) => jobs.failed({ job, round, error }),
  }) // prettier-ignore
  async process(message: Received<typeof jobs.submitted>) {
    const begun = await this.store.begin(message).catch((error: unknown) => {
      throw new PostponeError(`The job cannot be begun: ${String(error)}`, patience); // it is not the job that failed
    });
    if (!begun) return undefined;
    await this.work.do().catch((error: unknown) => this.failed(begun, message.attempt, error));
    return (transaction: Transaction<Tables>) => this.store.done(transaction, begun);
  }

  /** @throws the error, for the policy to decide on */
  private async failed(begun: Begun, attempt: number, error: unknown): Promise<never> {
    const failure = { error: error instanceof Error ? error.message : String(error), last: attempt >= attempts };
    await this.store.failed(begun, failure).catch((away: unknown) => this.logger.warn(`The failure of job ${begun.job} is not kept: ${String(away)}`));
    throw error;
  }
}
