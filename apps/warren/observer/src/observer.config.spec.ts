import { observerConfig } from './observer.config.js';

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

describe('the observer’s settings', () => {
  it('keep a week or two gigabytes', () => {
    expect(observerConfig()).toEqual({ retention: { days: 7, bytes: 2_147_483_648 } });
  });

  it('are taken from the environment', () => {
    Object.assign(process.env, { JOURNAL_RETENTION_DAYS: '2', JOURNAL_RETENTION_BYTES: '1000000' });
    expect(observerConfig()).toEqual({ retention: { days: 2, bytes: 1_000_000 } });
  });

  it('are refused all at once', () => {
    Object.assign(process.env, { JOURNAL_RETENTION_DAYS: '0', JOURNAL_RETENTION_BYTES: 'lots' });
    expect(observerConfig).toThrow(/JOURNAL_RETENTION_DAYS .*; JOURNAL_RETENTION_BYTES must be a whole number of bytes above 0/);
  });
});
