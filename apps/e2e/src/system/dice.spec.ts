import { Dice } from './dice.js';

describe('Dice', () => {
  it('give the same numbers for the same seed', () => {
    const numbers = (seed: number) => {
      const dice = new Dice(seed);
      return Array.from({ length: 5 }, () => dice.below(1000));
    };
    expect(numbers(7)).toEqual(numbers(7));
    expect(numbers(7)).not.toEqual(numbers(8));
  });

  it('stay below the limit and reach all of it', () => {
    const dice = new Dice(1);
    const thrown = new Set(Array.from({ length: 200 }, () => dice.below(6)));
    expect([...thrown].sort()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('shuffle without losing anything', () => {
    expect(new Dice(3).shuffled(['a', 'b', 'c', 'd']).sort()).toEqual(['a', 'b', 'c', 'd']);
  });
});
