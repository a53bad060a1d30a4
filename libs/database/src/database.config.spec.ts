import { databaseConfig, journalConfig } from './database.config.js';

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

describe('the database setting', () => {
  it.each(['postgres://user:secret@host:5432/warren', 'postgresql://host/warren'])('takes %s', (url) => {
    process.env.DATABASE_URL = url;
    expect(databaseConfig()).toEqual({ url });
  });

  it.each(['', 'mysql://user:secret@host/warren', 'postgres://'])('refuses "%s" without repeating it', (url) => {
    process.env.JOURNAL_URL = url;
    expect(journalConfig).toThrow('JOURNAL_URL must be set to postgres://user:password@host:port/database.');
  });
});
