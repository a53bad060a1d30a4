import { compare, median } from './comparison.js';
import type { Result } from './harness/measure.js';
import type { Bench } from './pipelines.js';

const bench: Bench = { bench: 1, ours: { name: 'ours', script: '' }, peer: { name: 'theirs', script: '' }, target: 0.85 };
const rounds = (...rates: number[]): Result[] => rates.map((rate) => ({ rate, use: new Map() }));

describe('a comparison', () => {
  it('is made of the medians of all rounds', () => {
    const results = new Map([['ours', rounds(10, 30, 20)], ['theirs', rounds(40, 40, 41)]]);

    expect(compare(bench, results)).toEqual({ bench: 1, ours: 20, peer: 'theirs', peer_value: 40, ratio: 0.488, target: 0.85, runs: 3 });
  });

  it('compares the two of each round, so that a slow moment of the machine counts for both', () => {
    const results = new Map([['ours', rounds(50, 5, 100)], ['theirs', rounds(100, 10, 200)]]);

    expect(compare(bench, results).ratio).toBe(0.5);
  });
});

describe('the median', () => {
  it('is the middle value of an odd number of them', () => {
    expect(median([9, 1, 5])).toBe(5);
  });

  it('is between the two in the middle of an even number of them', () => {
    expect(median([4, 1, 2, 100])).toBe(3);
  });

  it('is refused where there is nothing', () => {
    expect(() => median([])).toThrow('no median');
  });
});
