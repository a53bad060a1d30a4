import { policyInWords } from './policy.js';

const growing = [500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000];

describe('a policy in words', () => {
  it.each([
    ['names each wait', { attempts: 5, delays: [1_000, 5_000, 30_000, 120_000] }, '5 attempts, after 1 s, 5 s, 30 s, 2 min; then a dead letter'],
    ['has no wait before the only attempt', { attempts: 1, delays: [1_000] }, '1 attempt; then a dead letter'],
    ['names no wait that is never reached', { attempts: 2, delays: [1_000, 5_000] }, '2 attempts, after 1 s; then a dead letter'],
    ['names the last wait once where it repeats', { attempts: 8, delays: [1_000, 60_000] }, '8 attempts, after 1 s, then 1 min each; then a dead letter'],
    ['also where it is written out', { attempts: 5, delays: [500, 60_000, 60_000, 60_000] }, '5 attempts, after 500 ms, then 1 min each; then a dead letter'],
    ['says that all are alike', { attempts: 1_000, delays: [100] }, '1,000 attempts, after 100 ms each; then a dead letter'],
    ['leaves out the middle of many', { attempts: 9, delays: growing }, '9 attempts, after 500 ms, 1 s, 2 s, 4 s, …, 1 min; then a dead letter'],
    ['which then repeat', { attempts: 100, delays: growing }, '100 attempts, after 500 ms, 1 s, 2 s, 4 s, …, then 1 min each; then a dead letter'],
    ['says its deadline', { attempts: 2, delays: [1_000], deadline: 3_600_000 }, '2 attempts, after 1 s; none begins later than 1 h after the publish; then a dead letter'],
    ['does with a consumer that announced no delays', { attempts: 3, delays: [] }, '3 attempts, after 0 ms each; then a dead letter'],
  ])('%s', (_, policy, said) => expect(policyInWords(policy)).toBe(said));
});
