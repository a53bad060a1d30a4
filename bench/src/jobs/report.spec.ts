import type { Result } from '../harness/measure.js';
import type { WayResults } from './jobs.js';
import { jsonOf, reportOf } from './report.js';
import { chosenRivals, contests, rivals } from './rivals.js';

const rounds = (...rates: number[]): Result[] => rates.map((rate) => ({ rate, use: new Map([['worker', { cpu: 5_000, memory: 2 ** 20 }]]) }));
const measured = new Map([['Warren', rounds(900, 1_100)], ['BullMQ (Redis everysec)', rounds(2_000, 2_000)], ['pg-boss', rounds(500, 500)]]);
const results: WayResults[] = [
  { concurrency: 10, beforehand: true, rivals: measured, givenUp: new Map([['graphile-worker', 'not everything has arrived after 180 s']]) },
  { concurrency: 10, beforehand: false, rivals: new Map([...measured, ['pg-boss', rounds(2_000, 2_000)]]), givenUp: new Map() },
];

describe('the report on jobs', () => {
  it('has a part for each way in which they were done', () => {
    expect(reportOf(results, 100).split('\n').filter((line) => line.startsWith('Jobs'))).toEqual(['Jobs, 10 at once, all waiting before', 'Jobs, 10 at once, from the first submission']);
  });

  it('has the rate of each rival, what it took, and what it keeps', () => {
    const text = reportOf(results, 100);

    expect(text).toContain('Warren: 1,000 messages/s (900 to 1,100)\n  CPU µs per message: worker 50.0, all 50.0');
    expect(text).toMatch(/^Warren: job stored with its message/m);
    expect(text).toMatch(/^pg-boss: job in Postgres/m);
  });

  it('says which target is reached and by how much the other is missed, and nothing of whom was not measured', () => {
    const text = reportOf(results, 100);

    expect(text).toContain('bench jobs: 1000 against 500 of pg-boss in 2 rounds: ratio 2, target 1 reached');
    expect(text).toContain('bench jobs: 1000 against 2000 of pg-boss in 2 rounds: ratio 0.5, 0.500 short of 1');
    expect(text).toMatch(/of BullMQ \(Redis everysec\) in 2 rounds: ratio 0.5$/m);
    expect(text).not.toContain('BullMQ (Postgres)');
  });

  it('says who took too long, which is no result', () => {
    expect(reportOf(results, 100).split('\n').filter((line) => line.includes('graphile'))).toEqual(['graphile-worker is given up: not everything has arrived after 180 s']);
    expect(jsonOf(results)).toContain('{"bench":"jobs","concurrency":10,"beforehand":true,"peer":"graphile-worker","given_up":"not everything has arrived after 180 s"}');
  });

  it('is one JSON line for each comparison, when asked for', () => {
    const lines = jsonOf(results).split('\n').map((line) => JSON.parse(line) as object);

    expect(lines).toHaveLength(5);
    expect(lines[1]).toEqual({ bench: 'jobs', concurrency: 10, beforehand: true, ours: 1_000, peer: 'pg-boss', peer_value: 500, ratio: 2, target: 1, runs: 2 });
    expect(lines[3]).toMatchObject({ beforehand: false, peer: 'BullMQ (Redis everysec)', target: null });
  });
});

describe('the rivals', () => {
  it('are all measured, or those that are named, in their order', () => {
    expect(chosenRivals(undefined)).toEqual(rivals);
    expect(chosenRivals(['pg-boss', 'Warren']).map(({ name }) => name)).toEqual(['Warren', 'pg-boss']);
  });

  it('are named where one is not there', () => {
    expect(() => chosenRivals(['bee-queue'])).toThrow('There is no rival "bee-queue": there are "Warren", ');
  });

  it('are each compared with Warren once; it is to be ahead of all that lose nothing when the machine ends', () => {
    const ours = contests.filter(({ ours: { name } }) => name === 'Warren');

    expect(ours.map(({ peer }) => peer.name)).toEqual(rivals.slice(2).map(({ name }) => name));
    expect(ours.filter(({ target }) => target === null).map(({ peer }) => peer.name)).toEqual(['BullMQ (Redis everysec)']);
  });
});
