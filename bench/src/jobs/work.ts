import { crc32 } from 'node:zlib';

/** What somebody wants done. */
export interface Job {
  n: number;
  message: string;
}

/** One attempt in so many fails. */
const failsEvery = 5;
/** Of 100,000 jobs none needs more. */
export const mostAttempts = 10;
/** Milliseconds until a job that failed is tried again, where a rival can say so: the shortest that Warren can. */
export const retryDelay = 100;

export const jobOf = (n: number): Job => ({ n, message: `Job ${n}: write the monthly report of the branch in Graz and send it to its manager.` });

/** Whether an attempt fails, the first is 1. The same of every rival. */
export const fails = (n: number, attempt: number): boolean => crc32(`${n} ${attempt}`) % failsEvery === 0;

/** The attempt at which a job succeeds. */
export function attemptsOf(n: number): number {
  let attempt = 1;
  while (fails(n, attempt)) attempt += 1;
  return attempt;
}

/** Does the job: that takes no time, so that what is measured is what is around it. @throws as often as fails() says */
export function work({ n }: Job, attempt: number): void {
  if (fails(n, attempt)) throw new Error(`Attempt ${attempt} of job ${n} failed, as it has to.`);
}
