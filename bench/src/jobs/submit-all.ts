import { type Role } from '../harness/role.js';
import { jobOf, type Job } from './work.js';

/** Submissions at once, as of a service with some requests in hand. */
const lanes = 10;

/**
 * Submits every job, one at a time in each lane. Says that it is done only where the workers wait for that: else the end is the last result.
 * @param settled resolves when all that was submitted waits for a worker
 */
export async function submitAll(role: Role, submit: (job: Job) => Promise<unknown>, settled?: () => Promise<unknown>): Promise<void> {
  await role.ready();
  let n = 0;
  const lane = async () => {
    while (n < role.total) await submit(jobOf(++n));
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  await settled?.();
  if (process.env['BENCH_BEFOREHAND'] === 'true') role.done();
}

/** Of the worker: jobs at once. */
export const concurrency = (): number => Number(process.env['BENCH_CONCURRENCY']);
