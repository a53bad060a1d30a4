import { Logger } from '@nestjs/common';
import { inTime, orAway } from './database-away.js';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const never = new Promise<never>(() => undefined);

describe('what is read of the database', () => {
  it('is given back, and nothing waits any more', async () => {
    await expect(inTime(Promise.resolve('row'))).resolves.toBe('row');
    await expect(inTime(Promise.reject(new Error('relation "x" does not exist')))).rejects.toThrow('does not exist');
    expect(jest.getTimerCount()).toBe(0);
  });

  it('is given up after 2 s, or as long as is said', async () => {
    const late = [expect(inTime(never)).rejects.toThrow('does not answer in time'), expect(inTime(never, 500)).rejects.toThrow('does not answer in time')];
    await jest.advanceTimersByTimeAsync(500);
    expect(jest.getTimerCount()).toBe(1);
    await jest.advanceTimersByTimeAsync(1_500);
    await Promise.all(late);
  });

  it('is a problem that says to come again, and does not tell why', async () => {
    jest.spyOn(Logger.prototype, 'warn').mockImplementation();
    await expect(orAway(Promise.reject(new Error('password authentication failed')))).rejects.toMatchObject({ details: { code: 'database-away', detail: 'The database does not answer.' }, headers: { 'Retry-After': '5' } });
  });
});
