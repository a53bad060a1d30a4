import { createPostgresBackend, Queue, Worker, type Job as Delivered } from 'bullmq';
import { runRole, type Role } from '../harness/role.js';
import { databaseUrl, openStore, storeJob, storeResult } from './store.js';
import { concurrency, submitAll } from './submit-all.js';
import { mostAttempts, retryDelay, work, type Job } from './work.js';

const name = 'jobs';
const redisPort = process.env['BENCH_REDIS_PORT'];
const redis = { host: '127.0.0.1', port: Number(redisPort), maxRetriesPerRequest: null };
const postgres = () => ({ connectionString: databaseUrl(), migrate: true });
const opts = { attempts: mostAttempts, backoff: { type: 'fixed', delay: retryDelay } };

/** The job is added once its row is committed: BullMQ takes part in no transaction of its caller, not on Postgres either. */
async function submitter(role: Role): Promise<void> {
  const store = openStore();
  await store.start();
  const queue = redisPort ? new Queue(name, { connection: redis }) : new Queue(name, { connection: postgres() }, createPostgresBackend);
  await queue.waitUntilReady();
  await submitAll(role, async (job) => {
    await storeJob(store.kysely, job);
    await queue.add('work', job, opts);
  });
}

/** By its documentation: one worker, so many jobs at a time. */
async function worker(role: Role): Promise<void> {
  const store = openStore();
  await store.start();
  const process = async ({ data, attemptsMade }: Delivered<Job, void>) => {
    work(data, attemptsMade + 1);
    await storeResult(store.kysely, data.n, attemptsMade + 1);
  };
  const options = { concurrency: concurrency(), autorun: false };
  const jobs = redisPort
    ? new Worker(name, process, { ...options, connection: redis })
    : new Worker(name, process, { ...options, connection: postgres() }, createPostgresBackend);
  jobs.on('error', (error) => console.error('BullMQ:', error.message));
  await jobs.waitUntilReady();
  await role.ready();
  await jobs.run();
}

runRole({ submitter, worker });
