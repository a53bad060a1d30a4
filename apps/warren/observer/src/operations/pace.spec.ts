import { Pace } from './pace.js';

describe('a pace', () => {
  it.each([
    [null, 500],
    [100_000, 500],
    [100, 25],
    [3, 1],
    [0.1, 1],
  ])('of %s a second has chunks of %i', (rate, size) => {
    expect(new Pace(rate).size).toBe(size);
  });

  it('without a rate never waits', () => {
    const pace = new Pace(null);
    pace.did(500, 1_000);
    expect(pace.wait(1_000)).toBe(0);
  });

  it('waits as long as its last chunk may take, counted from where that began', () => {
    const pace = new Pace(100);
    expect(pace.wait(7_000)).toBe(0);
    pace.did(25, 7_000);
    expect([7_000, 7_100, 7_250, 9_000].map((now) => pace.wait(now))).toEqual([250, 150, 0, 0]);
  });

  it('does not make up for a pause with a burst', () => {
    const pace = new Pace(4);
    pace.did(1, 0);
    pace.did(1, 60_000);
    expect(pace.wait(60_000)).toBe(250);
  });

  it('waits for minutes where the rate is low', () => {
    const pace = new Pace(0.01);
    pace.did(1, 0);
    expect(pace.wait(0)).toBe(100_000);
  });
});
