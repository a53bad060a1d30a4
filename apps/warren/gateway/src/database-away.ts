import { Logger } from '@nestjs/common';
import { ProblemError } from '@warren/service';

const logger = new Logger('Database');

export const databaseAway = { code: 'database-away', detail: 'The database does not answer.' };

/** What an answer reads of the database. @throws ProblemError 503 while it is away. */
export async function orAway<T>(read: Promise<T>, problem = databaseAway): Promise<T> {
  try {
    return await read;
  } catch (error) {
    logger.warn(`A query failed: ${String(error)}`);
    throw new ProblemError(503, problem, { 'Retry-After': '5' });
  }
}
