import { waitFor } from '@warren/testing';
import { z } from 'zod';

const Job = z.object({ id: z.uuid(), state: z.string(), round: z.number(), attempts: z.number(), error: z.string().nullable() });
export type Job = z.infer<typeof Job>;
const Attempt = z.object({ round: z.number(), attempt: z.number(), instance: z.string(), finishedAt: z.string().nullable(), error: z.string().nullable() });
const ReceivedJob = z.object({ id: z.uuid(), state: z.string(), round: z.number(), attempts: z.array(Attempt) });
export type ReceivedJob = z.infer<typeof ReceivedJob>;

/** All jobs as the sender tells of them. */
export async function jobsOf(url: string): Promise<Job[]> {
  const Page = z.object({ items: z.array(Job), next: z.string().nullable() });
  const found: Job[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { items, next }: z.infer<typeof Page> = Page.parse(await read(`${url}/api/jobs?${new URLSearchParams({ limit: '100', ...(cursor ? { cursor } : {}) }).toString()}`));
    found.push(...items);
    cursor = next;
  }
  return found;
}

/** A job as the receiver tells of it. Where nginx has just seen all receivers end, it says so for a while: who asks then asks again. */
export const receivedOf = (url: string, id: string): Promise<ReceivedJob> =>
  waitFor(async () => ReceivedJob.parse(await read(`${url}/api/received/${id}`)), { timeout: 15_000, what: `what the receiver knows of job ${id}` });

async function read(url: string): Promise<unknown> {
  const answer = await fetch(url);
  if (answer.status !== 200) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  return answer.json();
}

/** What is wrong with a job when both of its services are asked; nothing where it is as it should be. */
export function faultsOf(job: Job, received: ReceivedJob): string[] {
  const own = received.attempts.filter(({ round }) => round === received.round);
  const succeeded = received.attempts.filter(({ finishedAt, error }) => finishedAt !== null && error === null);
  const wanted = job.state === 'done' ? 1 : 0;
  const checks: [boolean, string][] = [
    [['done', 'dead'].includes(job.state), `is ${job.state}`],
    [received.state === job.state, `is ${job.state} to its sender and ${received.state} to its receiver`],
    [received.round === job.round && own.length === job.attempts, `has ${job.attempts} attempts in round ${job.round} to its sender, ${own.length} in ${received.round} to its receiver`],
    [succeeded.length === wanted, `is ${job.state}, and ${succeeded.length} attempts succeeded`],
    [received.attempts.every(({ finishedAt }) => finishedAt !== null), 'has an attempt that never ended'],
    [(job.state === 'dead') === (job.error !== null), `is ${job.state} with the cause ${String(job.error)}`],
  ];
  return checks.flatMap(([right, fault]) => (right ? [] : [`${job.id} ${fault}`]));
}
