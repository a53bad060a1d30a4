import { countTo, inFlight, load, publishAll } from './load.js';

describe('the load', () => {
  it.each([1, 99, 30_000])('has 200 bytes for number %i', (n) => {
    expect(Buffer.byteLength(JSON.stringify(load('MSG', n)))).toBe(200);
    expect(Buffer.byteLength(JSON.stringify(load('Got', n)))).toBe(200);
  });

  it('is published whole, and never more of it at once than agreed', async () => {
    const published: number[] = [];
    let [waiting, most] = [0, 0];

    await publishAll(2_000, async ({ n }) => {
      most = Math.max(most, ++waiting);
      await new Promise(setImmediate);
      waiting -= 1;
      published.push(n);
    });

    expect(published.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 2_000 }, (_, index) => index + 1));
    expect(most).toBe(inFlight);
  });

  it('is complete once every number was seen, however often some were', () => {
    const done = jest.fn();
    const count = countTo(3, done);

    [1, 2, 2, 2].forEach(count);
    expect(done).not.toHaveBeenCalled();
    [3, 3].forEach(count);
    expect(done).toHaveBeenCalledTimes(1);
  });
});
