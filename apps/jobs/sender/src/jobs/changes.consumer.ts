import { Injectable } from '@nestjs/common';
import { OnMessage, type Received } from '@warren/bus';
import { jobs } from '@warren/contracts';
import { JobsStore } from './jobs.store.js';

/** While the database is away: hours, not minutes. */
const policy = { attempts: 1_000, delays: [1_000, 5_000, 30_000] };

/** Keeps what receiver tells. It needs no inbox: what is not newer than what is known changes nothing. */
@Injectable()
export class ChangesConsumer {
  constructor(private readonly store: JobsStore) {}

  @OnMessage(jobs.changed, { queue: 'jobs.sender', concurrency: 20, policy })
  async keep({ payload }: Received<typeof jobs.changed>): Promise<void> {
    await this.store.told(payload);
  }
}
