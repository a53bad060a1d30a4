import { portions } from './portions.js';

const numbers = ({ from, count }: { from: number; count: number }) => Array.from({ length: count }, (_, index) => from + index);

describe('portions', () => {
  it('are the same numbers, each once and in order', () => {
    const all = portions({ from: 7, count: 1_234 }, 500);

    expect(all.map(({ count }) => count)).toEqual([500, 500, 234]);
    expect(all.flatMap(numbers)).toEqual(numbers({ from: 7, count: 1_234 }));
  });

  it.each([[500, 1], [501, 2], [1_000, 2], [100_000, 200]])('of %d are %d', (count, expected) => {
    expect(portions({ from: 1, count }, 500)).toHaveLength(expected);
  });
});
