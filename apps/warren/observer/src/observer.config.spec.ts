import { observerConfig } from './observer.config.js';

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

describe('the observer’s settings', () => {
  it('keep a week or two gigabytes, and dead letters for ever', () => {
    expect(observerConfig()).toEqual({ retention: { days: 7, bytes: 2_147_483_648, deadLetterDays: undefined } });
  });

  it('are taken from the environment', () => {
    Object.assign(process.env, { JOURNAL_RETENTION_DAYS: '2', JOURNAL_RETENTION_BYTES: '1000000', DEAD_LETTER_RETENTION_DAYS: '90' });
    expect(observerConfig()).toEqual({ retention: { days: 2, bytes: 1_000_000, deadLetterDays: 90 } });
  });

  it('are refused all at once', () => {
    Object.assign(process.env, { JOURNAL_RETENTION_DAYS: '0', JOURNAL_RETENTION_BYTES: 'lots', DEAD_LETTER_RETENTION_DAYS: 'never' });
    expect(observerConfig).toThrow(/JOURNAL_RETENTION_DAYS .*; JOURNAL_RETENTION_BYTES must be a whole number of bytes above 0; DEAD_LETTER_RETENTION_DAYS .* above 0/);
  });
});
