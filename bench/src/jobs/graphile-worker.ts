import { setInterval as every } from 'node:timers/promises';
import { Logger, makeWorkerUtils, run, type JobHelpers, type WorkerUtils } from 'graphile-worker';
import { sql } from '@warren/database';
import { runRole, type Role } from '../harness/role.js';
import { databaseUrl, openStore, resultText, storeJob } from './store.js';
import { concurrency, submitAll } from './submit-all.js';
import { mostAttempts, retryDelay, work, type Job } from './work.js';

/** It logs each attempt that fails. */
const logger = new Logger(() => () => undefined);
/** Those that failed. */
const failed = new Set<string>();

async function submitter(role: Role): Promise<void> {
  const store = openStore();
  await store.start();
  await submitAll(role, (job) =>
    store.transaction(async (transaction) => {
      await storeJob(transaction, job);
      await sql`select from graphile_worker.add_job('work', ${JSON.stringify(job)}::json, max_attempts => ${mostAttempts})`.execute(transaction);
    }),
  );
}

/** As its documentation wants it where many jobs wait: taken and completed in batches. */
async function worker(role: Role): Promise<void> {
  const utils = await makeWorkerUtils({ connectionString: databaseUrl(), logger });
  await utils.migrate();
  await role.ready();
  const jobs = concurrency();
  const batches = { localQueue: { size: jobs + 1 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 };
  const options = { connectionString: databaseUrl(), concurrentJobs: jobs, maxPoolSize: Math.max(10, jobs + 2), pollInterval: retryDelay, logger, ...batches };
  await run({ preset: { worker: options }, taskList: { work: (payload, helpers) => attempt(payload as Job, helpers) }, noHandleSignals: true });
  await bringForward(utils);
}

async function attempt(job: Job, helpers: JobHelpers): Promise<void> {
  const { id, attempts } = helpers.job;
  try {
    work(job, attempts);
  } catch (error) {
    failed.add(id);
    throw error;
  }
  await helpers.query(resultText, [job.n, attempts]);
}

/** Its delays cannot be set: 2.7 s before the second attempt, 7.4 s before the third. What failed is brought forward, as soon as it is written down that it did. */
async function bringForward(utils: WorkerUtils): Promise<void> {
  for await (const ids of every(retryDelay, failed)) {
    if (ids.size === 0) continue;
    for (const { id } of await utils.rescheduleJobs([...ids], { runAt: new Date() })) failed.delete(id);
  }
}

runRole({ submitter, worker });
