import { newId } from '@warren/protocol';
import { Queue } from 'bullmq';
import { releaseOf, type Release } from './release.js';

export const queueName = 'deliveries';

export interface Job {
  id: string;
  release: Release;
}

const portion = 1_000;
/** As the targets of Warren have it: five attempts, with growing delays. What is done is kept, as is BullMQ's default. */
const opts = { attempts: 5, backoff: { type: 'exponential', delay: 1_000 } };

/** Puts so many jobs into the queue. */
export async function fillQueue(port: number, deliveries: number): Promise<void> {
  const queue = new Queue<Job>(queueName, { connection: { host: '127.0.0.1', port } });
  try {
    for (let done = 0; done < deliveries; done += portion) {
      const length = Math.min(portion, deliveries - done);
      await queue.addBulk(Array.from({ length }, (_, index) => ({ name: 'deliver', data: { id: newId(), release: releaseOf(done + index + 1) }, opts })));
    }
  } finally {
    await queue.close();
  }
}
