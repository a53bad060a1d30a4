import { setTimeout as delay } from 'node:timers/promises';
import { type Command } from 'commander';
import { countOf } from '../arguments.js';
import { Failure } from '../failure.js';
import { logFiles, ofService, type LogFile } from '../logs/log-files.js';
import { readable, timeOf } from '../logs/log-line.js';
import { Tail } from '../logs/tail.js';
import { type Context } from '../program.js';
import { print } from '../terminal.js';

const lookEvery = 250;
/** Bytes of each log that are looked through for its last lines. */
const within = 1_000_000;

interface Options {
  follow?: boolean;
  lines: number;
}

interface Written {
  service: string;
  line: string;
}

export function addLogs(program: Command, context: Context): void {
  program
    .command('logs')
    .description('what the services that npm start runs have logged')
    .argument('[service]', 'of this one: signal-imed, or imed')
    .option('--follow', 'go on with new lines as they come')
    .option('--lines <n>', 'how many of the last lines to begin with', countOf, 100)
    .action((service: string | undefined, options: Options) => logs(context, service, options));
}

async function logs(context: Context, service: string | undefined, { follow, lines }: Options): Promise<void> {
  const find = () => chosen(context.config.folder, service);
  const reader = new LogReader();
  const written = inOrder(reader.read(find()));
  await show(context, written.slice(Math.max(0, written.length - lines)));
  while (follow) {
    await delay(lookEvery);
    await show(context, reader.read(find()));
  }
}

/** Reads several logs side by side; one that appears later (a service that was scaled) is read from its start. */
class LogReader {
  private readonly tails = new Map<string, Tail>();

  read(files: readonly LogFile[]): Written[] {
    return files.flatMap(({ service, path }) => this.tailOf(path).read().map((line) => ({ service, line })));
  }

  private tailOf(path: string): Tail {
    const tail = this.tails.get(path) ?? new Tail(path, within);
    this.tails.set(path, tail);
    return tail;
  }
}

/** By time; a line without one (a stack) stays behind the line before it. */
function inOrder(written: readonly Written[]): Written[] {
  let last = '';
  const timed = written.map((one) => ({ one, time: (last = timeOf(one.line) ?? last) }));
  return timed.sort((a, b) => a.time.localeCompare(b.time)).map(({ one }) => one);
}

async function show({ json, terminal }: Context, written: readonly Written[]): Promise<void> {
  for (const { service, line } of written) await print(terminal, json() ? line : readable(service, line));
}

/** @throws Failure when there are none. */
function chosen(folder: string, service: string | undefined): LogFile[] {
  const all = logFiles(folder);
  const files = service === undefined ? all : ofService(all, service);
  if (files.length > 0) return files;
  if (all.length === 0) throw new Failure(`There are no logs in ${folder}: npm start writes them.`);
  const known = new Set(all.map((file) => file.service));
  throw new Failure(`There is no log of "${service ?? ''}": there are those of ${[...known].join(', ')}.`);
}
