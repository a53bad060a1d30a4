import { derivedId, newId } from '@warren/protocol';
import { waitOf } from './wait.js';

const wait = { least: 5_000, most: 10_000 };
const all = (ids: readonly string[]) => ids.map((id) => waitOf(id, wait));

describe("a message's wait", () => {
  it('is the same whenever it is asked for', () => {
    const id = newId();

    expect(waitOf(id, wait)).toBe(waitOf(id, wait));
  });

  it.each([
    ['root', () => newId()],
    ['derived', (n: number) => derivedId('test', n)],
  ])('is spread over all that is allowed, for %s ids', (_, id) => {
    const waits = all(Array.from({ length: 1_000 }, (_, n) => id(n)));

    expect(Math.min(...waits)).toBeGreaterThanOrEqual(wait.least);
    expect(Math.min(...waits)).toBeLessThan(5_200);
    expect(Math.max(...waits)).toBeLessThanOrEqual(wait.most);
    expect(Math.max(...waits)).toBeGreaterThan(9_800);
  });

  it('may be both ends, or no wait at all', () => {
    const end = (digits: string) => `00000000-0000-0000-0000-0000${digits}`;

    expect([end('00000000'), end('ffffffff')].map((id) => waitOf(id, wait))).toEqual([5_000, 10_000]);
    expect(waitOf(end('ffffffff'), { least: 0, most: 0 })).toBe(0);
  });
});
