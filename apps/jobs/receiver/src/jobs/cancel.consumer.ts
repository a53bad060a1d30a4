import { Injectable } from '@nestjs/common';
import { OnMessage, type Received } from '@warren/bus';
import { jobs } from '@warren/contracts';
import { type Transaction } from '@warren/database';
import { type Tables } from '../storage/migrations.js';
import { JobsStore } from './jobs.store.js';

/** While the database is away: hours, not minutes. */
const policy = { attempts: 1_000, delays: [1_000, 5_000, 30_000] };

/** Cancels jobs that nobody has begun, also before their message has come. */
@Injectable()
export class CancelConsumer {
  constructor(private readonly store: JobsStore) {}

  @OnMessage(jobs.cancelling, { queue: 'jobs.receiver.cancel', inbox: true, policy })
  end({ payload }: Received<typeof jobs.cancelling>) {
    return (transaction: Transaction<Tables>) => this.store.cancel(transaction, payload);
  }
}
