import { timesOf } from './timing.js';

describe('times', () => {
  it('are told by the middle one, and by the one that 99 of 100 were not slower than', () => {
    expect(timesOf(Array.from({ length: 200 }, (_, index) => 200 - index))).toEqual({ median: 100.5, p99: 198 });
  });

  it('are the slowest one where there are few', () => {
    expect(timesOf([1, 9, 2])).toEqual({ median: 2, p99: 9 });
  });

  it('are refused where there are none', () => {
    expect(() => timesOf([])).toThrow('no median');
  });
});
