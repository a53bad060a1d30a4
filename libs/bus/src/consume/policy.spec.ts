import { DeadlineError, PayloadError, PermanentError, PostponeError, RetryAfterError } from '../bus.errors.js';
import { checkDeadline, checkedPolicy, defaultPolicy, dispositionOf, exponential } from './policy.js';

const policy = { attempts: 4, delays: [100, 500] };

describe('what becomes of a failed message', () => {
  it.each([
    [1, 100],
    [2, 500],
    [3, 500],
  ])('after attempt %i it waits %i ms, the last delay repeating', (attempt, delay) => {
    expect(dispositionOf(new Error('no'), { attempt, at: undefined }, policy)).toEqual({ kind: 'retry', delay, counted: true });
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
    expect(dispositionOf(new RetryAfterError('busy', 42_000), { attempt: 1, at: undefined }, policy)).toEqual({ kind: 'retry', delay: 42_000, counted: true });
  });

  it.each([Number.NaN, -1])('it waits as the policy says when the error asks for %d ms', (delay) => {
    expect(dispositionOf(new RetryAfterError('busy', delay), { attempt: 1, at: undefined }, policy)).toEqual({ kind: 'retry', delay: 100, counted: true });
  });

  it('it is tried again when the policy itself fails on the error', () => {
    const permanent = (error: unknown) => (error as { code: string }).code.startsWith('E');

    expect(dispositionOf(new Error('no code'), { attempt: 1, at: undefined }, { ...policy, permanent })).toEqual({ kind: 'retry', delay: 100, counted: true });
  });

  it('it is tried again at once where the policy has no delays', () => {
    expect(dispositionOf(new Error('no'), { attempt: 1, at: undefined }, { attempts: 2, delays: [] })).toEqual({ kind: 'retry', delay: 0, counted: true });
  });
});

describe('a postponed message', () => {
  it.each([1, 4, 5])('waits as long as the error says, and it was no attempt: number %i', (attempt) => {
    expect(dispositionOf(new PostponeError('closed', 42_000), { attempt, at: undefined }, policy)).toEqual({ kind: 'retry', delay: 42_000, counted: false });
  });

  it('is never dead for what the policy calls permanent', () => {
    expect(dispositionOf(new PostponeError('closed', 200), { attempt: 1, at: undefined }, { ...policy, permanent: () => true })).toMatchObject({ kind: 'retry' });
  });

  it('is dead when it would come back after its deadline', () => {
    const withDeadline = { ...policy, deadline: 1_000 };

    expect(dispositionOf(new PostponeError('closed', 1_000), { attempt: 1, at: 5_000 }, withDeadline, 5_000)).toMatchObject({ kind: 'retry' });
    expect(dispositionOf(new PostponeError('closed', 1_001), { attempt: 1, at: 5_000 }, withDeadline, 5_000)).toEqual({ kind: 'dead' });
  });

  it('waits as the policy says when the error asks for no time', () => {
    expect(dispositionOf(new PostponeError('closed', Number.NaN), { attempt: 2, at: undefined }, policy)).toEqual({ kind: 'retry', delay: 500, counted: false });
  });
});

describe('a deadline', () => {
  const withDeadline = { ...policy, deadline: 1_000 };
  const at = 5_000;

  it('makes a message dead whose next attempt would begin after it, and no other', () => {
    expect(dispositionOf(new Error('no'), { attempt: 2, at }, withDeadline, at + 500)).toEqual({ kind: 'retry', delay: 500, counted: true });
    expect(dispositionOf(new Error('no'), { attempt: 2, at }, withDeadline, at + 501)).toEqual({ kind: 'dead' });
  });

  it('holds for what the error asks for too', () => {
    expect(dispositionOf(new RetryAfterError('busy', 2_000), { attempt: 1, at }, withDeadline, at)).toEqual({ kind: 'dead' });
  });

  it('counts from now on where nobody said when the message was published', () => {
    expect(dispositionOf(new Error('no'), { attempt: 1, at: undefined }, withDeadline)).toMatchObject({ kind: 'retry' });
    expect(() => checkDeadline({ at: undefined }, withDeadline)).not.toThrow();
  });

  it('lets no attempt begin after it, and that is final', () => {
    expect(() => checkDeadline({ at }, withDeadline, at + 1_000)).not.toThrow();
    const late = () => checkDeadline({ at }, withDeadline, at + 1_001);
    expect(late).toThrow('No attempt begins later than 1000 ms after the publish.');
    expect(dispositionOf(new DeadlineError(1_000), { attempt: 1, at }, policy)).toEqual({ kind: 'dead' });
  });

  it('is none where the policy has none', () => {
    expect(() => checkDeadline({ at: 0 }, policy)).not.toThrow();
  });
});

describe('a policy', () => {
  it('is five attempts over about two and a half minutes where nothing is said', () => {
    expect(checkedPolicy()).toEqual({ attempts: 5, delays: [1_000, 5_000, 30_000, 120_000] });
    expect(checkedPolicy({ attempts: 2 })).toEqual({ ...defaultPolicy, attempts: 2 });
    expect(checkedPolicy({ attempts: undefined, delays: undefined })).toEqual(defaultPolicy);
  });

  it('keeps what it says', () => {
    const permanent = () => true;

    expect(checkedPolicy({ attempts: 2, delays: [100], deadline: 60_000, permanent })).toEqual({ attempts: 2, delays: [100], deadline: 60_000, permanent });
  });

  it('has one delay between each two attempts where they grow by a factor, up to the most', () => {
    expect(checkedPolicy({ attempts: 6, delays: exponential({ first: 100, most: 1_000 }) }).delays).toEqual([100, 200, 400, 800, 1_000]);
    expect(checkedPolicy({ attempts: 4, delays: exponential({ first: 100, factor: 1.5, most: 1_000 }) }).delays).toEqual([100, 150, 225]);
    expect(checkedPolicy({ attempts: 1_000, delays: exponential({ first: 100, factor: 10, most: 1_600_000_000 }) }).delays.at(-1)).toBe(1_600_000_000);
  });

  it.each([
    [{ attempts: 0 }, 'attempts must be 1 to 1000, not 0'],
    [{ attempts: 1.5 }, 'attempts must be 1 to 1000, not 1.5'],
    [{ attempts: 1_001 }, 'attempts must be 1 to 1000, not 1001'],
    [{ deadline: 0 }, 'deadline must be 1 ms or more, not 0'],
    [{ deadline: Number.NaN }, 'deadline must be 1 ms or more, not NaN'],
    [{ delays: [100, 99] }, 'delay 2 must be 100 ms to 1677721599 ms (19 days), not 99'],
    [{ delays: [Number.NaN] }, 'delay 1 must be 100 ms to 1677721599 ms (19 days), not NaN'],
    [{ delays: [1_700_000_000] }, 'delay 1 must be 100 ms to 1677721599 ms (19 days), not 1700000000'],
    [{ delays: exponential({ first: 10, most: 1_000 }) }, 'delay 1 must be 100 ms'],
    [{ delays: exponential({ first: 100, factor: 0.5, most: 1_000 }) }, 'the factor of exponential delays must be 1 or more, not 0.5'],
    [{ delays: exponential({ first: 100, most: 50 }) }, 'exponential delays must end at their first, 100 ms, or above, not at 50'],
    [{ attempts: 20, delays: exponential({ first: 1_000, factor: 10, most: Infinity }) }, 'delay 8 must be 100 ms'],
  ])('that cannot work is refused: %j', (wrong, message) => {
    expect(() => checkedPolicy(wrong)).toThrow(message);
  });
});
