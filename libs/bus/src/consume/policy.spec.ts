import { PayloadError, PermanentError, RetryAfterError } from '../bus.errors.js';
import { checkedPolicy, defaultPolicy, dispositionOf } from './policy.js';

const policy = { attempts: 4, delays: [100, 500] };

describe('what becomes of a failed message', () => {
  it.each([
    [1, 100],
    [2, 500],
    [3, 500],
  ])('after attempt %i it waits %i ms, the last delay repeating', (attempt, delay) => {
    expect(dispositionOf(new Error('no'), { attempt, at: undefined }, policy)).toEqual({ kind: 'retry', delay });
  });

  it('after the last attempt it is dead', () => {
    expect(dispositionOf(new Error('no'), { attempt: 4, at: undefined }, policy)).toEqual({ kind: 'dead' });
  });

  it.each([new PermanentError('never'), new PayloadError('shop.order@1', [])])('it is dead at once when trying again is of no use: $name', (error) => {
    expect(dispositionOf(error, { attempt: 1, at: undefined }, policy)).toEqual({ kind: 'dead' });
  });

  it('it is dead at once when the policy calls the error permanent', () => {
    const permanent = (error: unknown) => error instanceof TypeError;

    expect(dispositionOf(new TypeError('no'), { attempt: 1, at: undefined }, { ...policy, permanent })).toEqual({ kind: 'dead' });
    expect(dispositionOf(new Error('no'), { attempt: 1, at: undefined }, { ...policy, permanent })).toMatchObject({ kind: 'retry' });
  });

  it('it waits as long as the error says', () => {
    expect(dispositionOf(new RetryAfterError('busy', 42_000), { attempt: 1, at: undefined }, policy)).toEqual({ kind: 'retry', delay: 42_000 });
  });

  it.each([Number.NaN, -1])('it waits as the policy says when the error asks for %d ms', (delay) => {
    expect(dispositionOf(new RetryAfterError('busy', delay), { attempt: 1, at: undefined }, policy)).toEqual({ kind: 'retry', delay: 100 });
  });

  it('it is tried again when the policy itself fails on the error', () => {
    const permanent = (error: unknown) => (error as { code: string }).code.startsWith('E');

    expect(dispositionOf(new Error('no code'), { attempt: 1, at: undefined }, { ...policy, permanent })).toEqual({ kind: 'retry', delay: 100 });
  });

  it('it is tried again at once where the policy has no delays', () => {
    expect(dispositionOf(new Error('no'), { attempt: 1, at: undefined }, { attempts: 2, delays: [] })).toEqual({ kind: 'retry', delay: 0 });
  });
});

describe('a policy', () => {
  it('is five attempts over about two and a half minutes where nothing is said', () => {
    expect(checkedPolicy()).toEqual({ attempts: 5, delays: [1_000, 5_000, 30_000, 120_000] });
    expect(checkedPolicy({ attempts: 2 })).toEqual({ ...defaultPolicy, attempts: 2 });
  });

  it.each([
    [{ attempts: 0 }, 'attempts must be 1 or more, not 0'],
    [{ attempts: 1.5 }, 'attempts must be 1 or more, not 1.5'],
    [{ delays: [100, -1] }, 'a delay must be 0 ms or more, not -1'],
    [{ delays: [Number.NaN] }, 'a delay must be 0 ms or more, not NaN'],
  ])('that cannot work is refused: %j', (wrong, message) => {
    expect(() => checkedPolicy(wrong)).toThrow(message);
  });
});
