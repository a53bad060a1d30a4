import { observerConfig } from './observer.config.js';

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

describe('the observer’s settings', () => {
  it('keep a week or two gigabytes, and dead letters for ever', () => {
    expect(observerConfig()).toEqual({ retention: { days: 7, bytes: 2_147_483_648, flows: [], deadLetterDays: undefined } });
  });

  it('are taken from the environment', () => {
    Object.assign(process.env, { JOURNAL_RETENTION_DAYS: '2', JOURNAL_RETENTION_BYTES: '1000000', JOURNAL_RETENTION_FLOWS: 'signal=1d', DEAD_LETTER_RETENTION_DAYS: '90' });
    expect(observerConfig()).toEqual({ retention: { days: 2, bytes: 1_000_000, flows: [{ flow: 'signal', days: 1 }], deadLetterDays: 90 } });
  });

  it.each([
    ['signal=8d', 'JOURNAL_RETENTION_FLOWS keeps signal for 8 days, and JOURNAL_RETENTION_DAYS all for 7: raise that, or lower this'],
    ['signal=3GB', 'JOURNAL_RETENTION_FLOWS keeps 3221225472 bytes of signal, and JOURNAL_RETENTION_BYTES 2147483648 of all: raise that, or lower this'],
  ])('are refused where a flow would be kept longer than all: %s', (limits, message) => {
    Object.assign(process.env, { JOURNAL_RETENTION_FLOWS: limits });
    expect(observerConfig).toThrow(message);
  });

  it('are refused all at once', () => {
    Object.assign(process.env, { JOURNAL_RETENTION_DAYS: '0', JOURNAL_RETENTION_BYTES: 'lots', DEAD_LETTER_RETENTION_DAYS: 'never' });
    expect(observerConfig).toThrow(/JOURNAL_RETENTION_DAYS .*; JOURNAL_RETENTION_BYTES must be a whole number of bytes above 0; DEAD_LETTER_RETENTION_DAYS .* above 0/);
  });
});
