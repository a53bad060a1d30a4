import { Worker } from 'bullmq';
import { runRole, type Role } from '../harness/role.js';
import { queueName, type Job } from './bullmq-queue.js';
import { bodyOf, concurrency } from './release.js';
import { Sender } from './sender.js';

/** BullMQ by its documentation: one worker, so many jobs at a time, which sends by undici. */
async function sender(role: Role): Promise<void> {
  const requests = new Sender();
  const connection = { host: '127.0.0.1', port: Number(process.env['BENCH_REDIS_PORT']), maxRetriesPerRequest: null };
  const worker = new Worker<Job, number>(queueName, ({ data: { id, release } }) => requests.send(id, bodyOf(release)), { connection, concurrency, autorun: false });
  worker.on('error', (error) => console.error('BullMQ:', error.message));
  worker.on('failed', (_, error) => console.error('BullMQ:', error.message));
  await worker.waitUntilReady();
  await role.ready();
  await worker.run();
}

runRole({ sender });
