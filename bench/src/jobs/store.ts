import { Database, type Generated, type Kysely } from '@warren/database';
import { attemptsOf, type Job } from './work.js';

export interface Tables {
  /** What was submitted. */
  jobs: Job & { at: Generated<Date> };
  /** What came of it. Without a key, so that a result that is stored twice is seen. */
  results: Result;
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

export async function storeJob(on: Pick<Kysely<Tables>, 'insertInto'>, { n, message }: Job): Promise<void> {
  await on.insertInto('jobs').values({ n, message }).execute();
}

export async function storeResult(on: Pick<Kysely<Tables>, 'insertInto'>, job: number, attempt: number): Promise<void> {
  await on.insertInto('results').values({ job, attempt }).execute();
}

/** For rivals that give their own connection. */
export const resultText = `insert into ${schema}.results (job, attempt) values ($1, $2)`;

/** @throws Error unless each of the jobs has one result, from the attempt at which it should succeed */
export function checkResults(results: readonly Result[], total: number): void {
  const found = new Map(results.map(({ job, attempt }) => [job, attempt]));
  const wrong = Array.from({ length: total }, (_, index) => index + 1).filter((n) => found.get(n) !== attemptsOf(n));
  if (results.length !== total) throw new Error(`${total} jobs have ${results.length} results.`);
  const [first] = wrong;
  if (first !== undefined) throw new Error(`${wrong.length} of ${total} jobs have another result than they should: job ${first} has that of attempt ${found.get(first) ?? 'none'}, not ${attemptsOf(first)}.`);
}
