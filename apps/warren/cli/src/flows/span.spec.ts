import { span } from './span.js';

describe('a span of time', () => {
  it.each([
    [0, '0 ms'], [1, '1 ms'], [999, '999 ms'], [1_000, '1 s'], [1_500, '1500 ms'], [90_000, '90 s'], [120_000, '2 min'], [3_600_000, '1 h'], [129_600_000, '36 h'], [172_800_000, '2 d'],
  ])('of %i ms is %s', (milliseconds, said) => expect(span(milliseconds)).toBe(said)); // prettier-ignore
});
