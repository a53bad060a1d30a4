import { type Verdict } from '../delivery/answer.js';
import { Breaker } from './breaker.js';

const outage: Verdict = { kind: 'retry', reason: '500', outage: true };
const busy: Verdict = { kind: 'retry', reason: '429', outage: false };
const good: Verdict = { kind: 'delivered' };
const wrong: Verdict = { kind: 'refused', reason: '400' };

async function after(breaker: Breaker, ...verdicts: Verdict[]): Promise<boolean> {
  for (const verdict of verdicts) await breaker.run(() => Promise.resolve({ verdict }));
  return breaker.open;
}
/** One that this process has opened; its library lets a probe through from the next millisecond on. */
async function opened(): Promise<Breaker> {
  const breaker = new Breaker(2, null);
  await after(breaker, outage, outage);
  for (const until = Date.now() + 2; Date.now() < until; ) continue;
  return breaker;
}
const told = () => Promise.resolve();

describe('a breaker', () => {
  it('opens at so many failures in a row', async () => {
    const breaker = new Breaker(3, null);
    expect(await after(breaker, outage, outage)).toBe(false);
    expect(await after(breaker, outage)).toBe(true);
  });

  it.each([['a delivery', good], ['being busy', busy], ['a refusal', wrong]])('does not open when %s comes between', async (_, verdict) => {
    expect(await after(new Breaker(2, null), outage, verdict, outage)).toBe(false);
  });

  it('closes on a probe that is taken', async () => expect(await after(await opened(), good)).toBe(false));

  it('stays open on a probe that fails', async () => expect(await after(await opened(), outage)).toBe(true));

  it('begins open where another process has opened it', async () => {
    const { state } = await opened();
    const other = new Breaker(2, JSON.parse(JSON.stringify(state)));
    expect(other.open).toBe(true);
    expect(await after(other, good)).toBe(false);
  });

  it('does as the database says', async () => {
    const breaker = new Breaker(2, null);
    const { state } = await opened();
    breaker.adopt(state, performance.now());
    expect(breaker.open).toBe(true);
    breaker.adopt(null, performance.now());
    expect(breaker.open).toBe(false);
  });

  it('does not go by what was read before it told of its own change, nor meanwhile', async () => {
    const breaker = await opened();
    const before = performance.now();
    await breaker.share(() => {
      breaker.adopt(null, performance.now());
      return told();
    });
    breaker.adopt(null, before);
    expect(breaker.open).toBe(true);
  });

  it('goes by the database again when telling has failed', async () => {
    const breaker = await opened();
    await expect(breaker.share(() => Promise.reject(new Error('away')))).rejects.toThrow('away');
    breaker.adopt(null, performance.now() + 1);
    expect(breaker.open).toBe(false);
  });

  it('keeps its count of failures while the database agrees that it is closed', async () => {
    const breaker = new Breaker(2, null);
    await after(breaker, outage);
    breaker.adopt(null, performance.now());
    expect(await after(breaker, outage)).toBe(true);
  });
});
