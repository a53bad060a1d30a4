import { bandOf, bandsOf, longestDelay } from './bands.js';

describe('a delay', () => {
  it.each([
    [100, 0],
    [199, 0],
    [200, 1],
    [1_000, 3],
    [120_000, 10],
    [86_400_000, 19],
  ])('of %i ms waits in band %i', (delay, band) => {
    expect(bandOf(delay)).toEqual({ band, expiration: delay });
  });

  it('shorter than the shortest band waits for its 100 ms', () => {
    expect(bandOf(0)).toEqual({ band: 0, expiration: 100 });
  });

  it('longer than the longest band, 19 days, waits there for as long as that goes', () => {
    expect(bandOf(Number.MAX_SAFE_INTEGER)).toEqual({ band: 23, expiration: longestDelay });
    expect(longestDelay / 86_400_000).toBeCloseTo(19.4, 1);
  });

  it('is never less than half of what its band may hold, so a retry is late by less than the band is wide', () => {
    for (let delay = 100; delay < 10_000_000; delay = Math.ceil(delay * 1.37)) {
      const { band } = bandOf(delay);
      expect(delay).toBeGreaterThanOrEqual(100 * 2 ** band);
      expect(delay).toBeLessThan(100 * 2 ** (band + 1));
    }
  });
});

describe('the bands of policies', () => {
  it('are those that their attempts can come to', () => {
    expect(bandsOf([{ attempts: 5, delays: [100, 150, 1_000, 5_000] }, { attempts: 2, delays: [400, 5_000] }])).toEqual(new Set([0, 2, 3, 5]));
    expect(bandsOf([{ attempts: 1, delays: [100] }])).toEqual(new Set());
  });
});
