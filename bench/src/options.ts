import { parseArgs } from 'node:util';

export interface Options {
  /** The number of the one bench to run; undefined: all. */
  only?: number;
  /** Print JSON lines and nothing else. */
  json: boolean;
  rounds: number;
  messages: number;
  /** Measure dead letters, so many of them, and not the pipelines. */
  letters?: number;
  /** Measure deliveries, and not the pipelines. */
  deliveries: boolean;
  /** Milliseconds until the endpoint of the deliveries answers, one after the other. */
  delays: readonly number[];
  /** Measure a journal of so many messages, and not the pipelines. */
  journal?: number;
  /** Measure so many jobs, and not the pipelines. */
  jobs?: number;
  /** Jobs at once, one after the other. */
  concurrency: readonly number[];
  /** Who does the jobs; undefined: all. */
  rivals?: readonly string[];
}

export const usage =
  'npm run bench -- [--only n] [--json] [--rounds n] [--messages n], npm run bench -- deliveries [--json] [--rounds n] [--messages n] [--delays ms,ms], npm run bench -- dead-letters [--json] [--letters n], npm run bench -- journal [--json] [--messages n], or npm run bench -- jobs [--json] [--rounds n] [--messages n] [--concurrency n,n] [--rivals name,name]';
const others = ['dead-letters', 'deliveries', 'journal', 'jobs'];

/** @throws in one line, with the usage. */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parsed(args);
  const { only, json = false, rounds = '5', messages, letters = '1000000', delays = '0,20,100', concurrency = '1,10,50', rivals } = values;
  const [what, ...more] = positionals;
  if ((what !== undefined && !others.includes(what)) || more.length > 0) throw new Error(`There is no bench "${positionals.join(' ')}". Usage: ${usage}`);
  return {
    only: only === undefined ? undefined : count('--only', only),
    json,
    rounds: count('--rounds', rounds),
    messages: count('--messages', messages ?? '30000'),
    letters: what === 'dead-letters' ? count('--letters', letters) : undefined,
    deliveries: what === 'deliveries',
    delays: delaysOf(delays),
    journal: what === 'journal' ? count('--messages', messages ?? '10000000') : undefined,
    jobs: what === 'jobs' ? count('--messages', messages ?? '10000') : undefined,
    concurrency: concurrency.split(',').map((one) => count('--concurrency', one)),
    rivals: rivals?.split(','),
  };
}

function parsed(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const options = { only: text, json: { type: 'boolean' }, rounds: text, messages: text, letters: text, delays: text, concurrency: text, rivals: text } as const;
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new Error(`${(error as Error).message} Usage: ${usage}`, { cause: error });
  }
}

function delaysOf(value: string): number[] {
  if (!/^\d{1,5}(,\d{1,5})*$/.test(value)) throw new Error(`--delays takes whole milliseconds with commas between, not "${value}". Usage: ${usage}`);
  return value.split(',').map(Number);
}

function count(option: string, value: string): number {
  if (!/^[1-9]\d{0,7}$/.test(value)) throw new Error(`${option} takes a whole number from 1, not "${value}". Usage: ${usage}`);
  return Number(value);
}
