import { type Result } from '../harness/measure.js';
import { openServers } from '../servers.js';
import { chosenRivals } from './rivals.js';
import { doJobs, type Way } from './round.js';

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
}

/** Has every rival do the same jobs, one after the other, round by round: what the machine does meanwhile meets each alike. */
export async function benchJobs({ rounds, messages, concurrency, ...options }: JobsOptions, say: (line: string) => void): Promise<WayResults[]> {
  const rivals = chosenRivals(options.rivals);
  const ways = [true, false].flatMap((beforehand) => concurrency.map((one) => ({ concurrency: one, beforehand })));
  const results = ways.map((way) => ({ ...way, rivals: new Map(rivals.map(({ name }) => [name, [] as Result[]])) }));
  const servers = await openServers();
  try {
    for (let round = 1; round <= rounds; round++) {
      for (const { rivals: taken, ...way } of results) {
        for (const rival of rivals) {
          const { result, copies } = await doJobs(rival, { ...way, jobs: messages, servers: servers.pids });
          taken.get(rival.name)?.push(result);
          say(`round ${round}, ${titleOf(way)}: ${rival.name} ${Math.round(result.rate)}/s${copies > 0 ? `, results stored twice: ${copies}` : ''}`);
        }
      }
    }
  } finally {
    await servers.close();
  }
  return results;
}

export const titleOf = ({ concurrency, beforehand }: Way): string => `${concurrency} at once, ${beforehand ? 'all waiting before' : 'from the first submission'}`;
