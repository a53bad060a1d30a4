import { faultsOf, type Job, type ReceivedJob } from './records.js';

const id = '0192a1b2-0000-7000-8000-000000000001';
const attempt = { round: 1, attempt: 1, instance: 'jobs-receiver-1a2b', finishedAt: '2026-11-27T00:00:00.000Z', error: null };
const failed = { ...attempt, error: 'The work failed.' };
const job = (change: Partial<Job> = {}): Job => ({ id, state: 'done', round: 1, attempts: 1, error: null, ...change });
const received = (change: Partial<ReceivedJob> = {}): ReceivedJob => ({ id, state: 'done', round: 1, attempts: [attempt], ...change });

describe('what is wrong with a job', () => {
  it('is nothing where both services say that it is done, or dead with its cause', () => {
    expect(faultsOf(job(), received())).toEqual([]);
    expect(faultsOf(job({ state: 'dead', error: 'The work failed.' }), received({ state: 'dead', attempts: [failed] }))).toEqual([]);
    expect(faultsOf(job({ round: 2 }), received({ round: 2, attempts: [failed, { ...attempt, round: 2 }] }))).toEqual([]);
  });

  it.each([
    [job({ state: 'queued' }), received({ state: 'queued', attempts: [] }), `${id} is queued`],
    [job(), received({ state: 'dead', attempts: [attempt] }), `${id} is done to its sender and dead to its receiver`],
    [job({ attempts: 2 }), received(), `${id} has 2 attempts in round 1 to its sender, 1 in 1 to its receiver`],
    [job({ attempts: 2 }), received({ attempts: [attempt, attempt] }), `${id} is done, and 2 attempts succeeded`],
    [job(), received({ attempts: [failed] }), `${id} is done, and 0 attempts succeeded`],
    [job({ attempts: 2 }), received({ attempts: [attempt, { ...failed, finishedAt: null }] }), `${id} has an attempt that never ended`],
    [job({ state: 'dead' }), received({ state: 'dead', attempts: [failed] }), `${id} is dead with the cause null`],
  ])('is told: %j', (ours, theirs, fault) => {
    expect(faultsOf(ours, theirs)).toContain(fault);
  });
});
