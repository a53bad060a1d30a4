import { durationOf, longestDelay, millisecondsOf } from './durations.js';

describe('a duration', () => {
  it.each([
    ['500ms', 500],
    ['10s', 10_000],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['19d', 1_641_600_000],
    ['0s', 0],
  ])('%s has %i milliseconds, and is written so', (text, milliseconds) => {
    expect(millisecondsOf(text)).toBe(milliseconds);
    if (milliseconds > 0) expect(durationOf(milliseconds)).toBe(text);
  });

  it.each(['', '10', '10 s', '-1s', '1.5s', '1h30m', '1w', 's', '1e3s', '9'.repeat(10) + 's'])('%j is none', (text) => {
    expect(millisecondsOf(text)).toBeNaN();
  });

  it('of the bus ends at 19 days', () => {
    expect(millisecondsOf('19d')).toBeLessThan(longestDelay);
    expect(millisecondsOf('20d')).toBeGreaterThan(longestDelay);
  });
});
