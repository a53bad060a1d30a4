import { registerAs } from '@nestjs/config';
import { z } from 'zod';

const postgresUrl = z.string().regex(/^postgres(ql)?:\/\/\S+$/);

/** The service's own database: `DATABASE_URL`, `postgres://user:password@host:port/database`. */
export const databaseConfig = registerAs('database', () => ({ url: urlFrom('DATABASE_URL') }));

/** The observer's published views, read with a role that may only read: `JOURNAL_URL`. */
export const journalConfig = registerAs('journal', () => ({ url: urlFrom('JOURNAL_URL') }));

/** @throws without the value itself: it holds a password. */
function urlFrom(setting: string): string {
  const url = postgresUrl.safeParse(process.env[setting]);
  if (!url.success) throw new Error(`${setting} must be set to postgres://user:password@host:port/database.`);
  return url.data;
}
