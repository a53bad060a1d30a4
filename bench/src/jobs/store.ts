import { Database, sql, type AnyTransaction, type Generated } from '@warren/database';
import { attemptsOf, type Job } from './work.js';

export interface Tables {
  /** What was submitted. */
  jobs: Job & { at: Generated<Date> };
  /** What came of it, in the order in which it was stored. Without a key on the job, so that a result that is stored twice is seen. */
  results: Result & { id: Generated<number> };
}

export interface Result {
  job: number;
  attempt: number;
}

/** Of the service whose jobs they are. */
export const schema = 'bench';

/** The database of this run: where every rival keeps jobs and results, whatever else it keeps its queue in. */
export const databaseUrl = (): string => process.env['DATABASE_URL'] ?? '';
export const openStore = (): Database<Tables> => new Database<Tables>({ url: databaseUrl(), schema });

export async function storeJob(on: Pick<AnyTransaction, 'getExecutor'>, { n, message }: Job): Promise<void> {
  await sql`insert into jobs (n, message) values (${n}, ${message})`.execute(on);
}

export async function storeResult(on: Pick<AnyTransaction, 'getExecutor'>, job: number, attempt: number): Promise<void> {
  await sql`insert into results (job, attempt) values (${job}, ${attempt})`.execute(on);
}

/** For rivals that give their own connection. */
export const resultText = `insert into ${schema}.results (job, attempt) values ($1, $2)`;

/**
 * @param copies whether a result may be there more than once
 * @returns how many are copies @throws Error unless each of the jobs has a result, from the attempt at which it should succeed
 */
export function checkResults(results: readonly Result[], total: number, { copies = false } = {}): number {
  const found = new Map(results.toReversed().map(({ job, attempt }) => [job, attempt]));
  const wrong = Array.from({ length: total }, (_, index) => index + 1).filter((n) => found.get(n) !== attemptsOf(n));
  if (results.length < total || (results.length > total && !copies)) throw new Error(`${total} jobs have ${results.length} results.`);
  const [first] = wrong;
  if (first !== undefined) throw new Error(`${wrong.length} of ${total} jobs have another result than they should: job ${first} has that of attempt ${found.get(first) ?? 'none'}, not ${attemptsOf(first)}.`);
  return results.length - total;
}
