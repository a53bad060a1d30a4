import { Injectable } from '@nestjs/common';
import { OnMessage, type Received } from '@warren/bus';
import { jobs } from '@warren/contracts';
import { type Transaction } from '@warren/database';
import { type Tables } from '../storage/migrations.js';
import { JobsStore } from './jobs.store.js';

/** While the database is away: hours, not minutes. */
const policy = { attempts: 1_000, delays: [1_000, 5_000, 30_000] };

/** Keeps and tells which jobs were given up, for whatever reason. */
@Injectable()
export class FailedConsumer {
  constructor(private readonly store: JobsStore) {}

  @OnMessage(jobs.failed, { queue: 'jobs.receiver.failed', inbox: true, policy })
  keep({ payload }: Received<typeof jobs.failed>) {
    return (transaction: Transaction<Tables>) => this.store.dead(transaction, payload);
  }
}
