import { Logger } from '@nestjs/common';
import { ProblemError } from './problem.errors.js';

const logger = new Logger('Database');

/** The outcome of work on the database; what the database has against it is 503 for the caller, with Retry-After. @throws ProblemError */
export function orDatabaseAway<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    if (error instanceof ProblemError) throw error;
    logger.warn(`The database does not answer: ${String(error)}`);
    throw new ProblemError(503, { code: 'database-away', detail: 'The database does not answer: try again when it is back.' }, { 'Retry-After': '5' });
  });
}
