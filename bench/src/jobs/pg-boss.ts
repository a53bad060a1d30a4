// eslint-disable-next-line no-restricted-imports -- a rival, no driver
import { fromKysely, PgBoss, type ConstructorOptions, type Db, type JobResult, type JobWithMetadata } from 'pg-boss';
import { runRole, type Role } from '../harness/role.js';
import { databaseUrl, openStore, resultText, storeJob, storeResult } from './store.js';
import { concurrency, submitAll } from './submit-all.js';
import { mostAttempts, work, type Job } from './work.js';

const name = 'jobs';
/** Its delays are whole seconds: none is the shortest. */
const queue = { retryLimit: mostAttempts - 1, retryDelay: 0 };
/** Its shortest interval; in a backlog that it knows of it does not wait. */
const polling = { pollingIntervalSeconds: 0.5, burstWhenReadyExceeds: 1, burstWhenBatchFull: true, includeMetadata: true } as const;
/** How soon it knows of a backlog: its shortest, a second. */
const backlog = { superviseIntervalSeconds: 1, monitorIntervalSeconds: 1, queueCacheIntervalSeconds: 1 };

async function open(options: ConstructorOptions): Promise<PgBoss> {
  const boss = new PgBoss({ connectionString: databaseUrl(), schedule: false, ...options });
  boss.on('error', (error) => console.error('pg-boss:', error.message));
  await boss.start();
  return boss;
}

async function submitter(role: Role): Promise<void> {
  const store = openStore();
  await store.start();
  const boss = await open({ supervise: false });
  await submitAll(role, (job) =>
    store.transaction(async (transaction) => {
      await storeJob(transaction, job);
      await boss.send(name, job, { db: fromKysely(transaction) });
    }),
  );
}

/** Either so many workers, each with one job whose result is stored and completed in one transaction; or one that takes and completes so many at a time. */
async function worker(role: Role): Promise<void> {
  const boss = await open({ ...backlog, max: concurrency() + 10 });
  await boss.createQueue(name, queue);
  await role.ready();
  if (process.env['BENCH_BATCHES'] === 'true') await inBatches(boss);
  else await boss.work(name, { ...polling, localConcurrency: concurrency(), transactional: true }, oneByOne);
}

async function oneByOne(jobs: readonly JobWithMetadata<Job>[], transaction: Db): Promise<void> {
  for (const { data, retryCount } of jobs) {
    work(data, retryCount + 1);
    await transaction.executeSql(resultText, [data.n, retryCount + 1]);
  }
}

async function inBatches(boss: PgBoss): Promise<void> {
  const store = openStore();
  await store.start();
  const one = async ({ id, data, retryCount }: JobWithMetadata<Job>): Promise<JobResult> => {
    try {
      work(data, retryCount + 1);
      await storeResult(store.kysely, data.n, retryCount + 1);
      return { id, status: 'completed' };
    } catch (error) {
      return { id, status: 'failed', output: { message: String(error) } };
    }
  };
  await boss.work(name, { ...polling, batchSize: concurrency(), perJobResults: true }, (jobs: JobWithMetadata<Job>[]) => Promise.all(jobs.map(one)));
}

runRole({ submitter, worker });
