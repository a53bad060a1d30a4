import { retryAfterOf } from './retry-after.js';

const now = Date.parse('1994-11-06T08:49:07Z');

describe('Retry-After', () => {
  it.each([
    ['120', 120_000],
    ['0', 0],
    [' 7 ', 7_000],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 30_000],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 30_000],
    ['Sun Nov  6 08:49:37 1994', 30_000],
    ['Sun, 06 Nov 1994 08:00:00 GMT', 0], // gone by
    ['9'.repeat(400), 1_677_721_599],
    ['Sun, 06 Nov 2194 08:49:37 GMT', 1_677_721_599], // as long as the bus can wait
  ])('%s', (header, wait) => {
    expect(retryAfterOf(header, now)).toBe(wait);
  });

  it.each([undefined, '', '-5', '1.5', '5s', 'soon', '1994-11-06', 'Sun, 66 Nov 1994 08:49:37 GMT', '0x10', '1e3'])('%j says nothing', (header) => {
    expect(retryAfterOf(header, now)).toBeUndefined();
  });

  it('is the first one where there are two', () => {
    expect(retryAfterOf(['3', '9'], now)).toBe(3_000);
  });
});
