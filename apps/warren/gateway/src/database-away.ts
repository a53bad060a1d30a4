import { Logger } from '@nestjs/common';
import { ProblemError } from '@warren/service';

const logger = new Logger('Database');
/** Milliseconds: a database that hangs is one that is away. */
const patience = 2000;

export const databaseAway = { code: 'database-away', detail: 'The database does not answer.' };

/** What was read. @param within milliseconds. @throws when the database takes too long. */
export async function inTime<T>(read: Promise<T>, within = patience): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  // A timer that goes on keeps what was read in memory until it ends.
  const timer = setTimeout(() => reject(new Error('The database does not answer in time.')), within).unref();
  try {
    return await Promise.race([read, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What an answer reads of the database. @param within milliseconds. @throws ProblemError 503 while it is away, or the read's own. */
export async function orAway<T>(read: Promise<T>, problem = databaseAway, within = patience): Promise<T> {
  try {
    return await inTime(read, within);
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    logger.warn(`A query failed: ${String(error)}`);
    throw new ProblemError(503, problem, { 'Retry-After': '5' });
  }
}
