import { TooLateError, type Result } from '../harness/measure.js';
import { openServers } from '../servers.js';
import { chosenRivals } from './rivals.js';
import { doJobs, type Done, type Way } from './round.js';

export interface JobsOptions {
  rounds: number;
  /** Of each rival in a round. */
  messages: number;
  /** Jobs at once, one after the other. */
  concurrency: readonly number[];
  /** Names; undefined: all. */
  rivals?: readonly string[];
}

/** A result for each round, by rival. */
export interface WayResults extends Way {
  rivals: ReadonlyMap<string, Result[]>;
  /** Who took too long, with why: they have no results. */
  givenUp: ReadonlyMap<string, string>;
}

/** Has every rival do the same jobs, one after the other, round by round: what the machine does meanwhile meets each alike. */
export async function benchJobs({ rounds, messages, concurrency, ...options }: JobsOptions, say: (line: string) => void): Promise<WayResults[]> {
  const rivals = chosenRivals(options.rivals);
  const ways = [true, false].flatMap((beforehand) => concurrency.map((one) => ({ concurrency: one, beforehand })));
  const results = ways.map((way) => ({ ...way, rivals: new Map(rivals.map(({ name }) => [name, [] as Result[]])), givenUp: new Map<string, string>() }));
  const servers = await openServers();
  try {
    for (let round = 1; round <= rounds; round++) {
      for (const { rivals: taken, givenUp, ...way } of results) {
        for (const rival of rivals.filter(({ name }) => taken.has(name))) {
          const done = await doJobs(rival, { ...way, jobs: messages, servers: servers.pids }).catch(tooLate);
          say(`round ${round}, ${titleOf(way)}: ${rival.name} ${told(done)}`);
          if (!(done instanceof TooLateError)) taken.get(rival.name)?.push(done.result);
          else if (taken.delete(rival.name)) givenUp.set(rival.name, done.message);
        }
      }
    }
  } finally {
    await servers.close();
  }
  return results;
}

function tooLate(error: unknown): TooLateError {
  if (error instanceof TooLateError) return error;
  throw error;
}

function told(done: Done | TooLateError): string {
  if (done instanceof TooLateError) return `is given up: ${done.message}`;
  return `${Math.round(done.result.rate)}/s${done.copies > 0 ? `, results stored twice: ${done.copies}` : ''}`;
}

export const titleOf = ({ concurrency, beforehand }: Way): string => `${concurrency} at once, ${beforehand ? 'all waiting before' : 'from the first submission'}`;
