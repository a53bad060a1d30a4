import { setTimeout as delay } from 'node:timers/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type LogLine, LogPage, logLineText } from '@warren/protocol';
import { type Command } from 'commander';
import { Unreachable } from '../failure.js';
import { type Gateway } from '../gateway.js';
import { type Context } from '../program.js';
import { print } from '../terminal.js';

/** Milliseconds between two looks for new lines. */
const lookEvery = 500;

export function addMessages(program: Command, context: Context): void {
  program
    .command('messages')
    .description("the message log: the current run's lines in the order they were journalled")
    .option('--flow <flow>', 'of this flow, instead of signal')
    .option('--run <run>', 'of this run, instead of the current one')
    .option('--follow', 'go on with new lines as they come')
    .action(({ follow, ...which }: { flow?: string; run?: string; follow?: boolean }) =>
      follow ? tail(context, which) : show(context, new URLSearchParams(which)),
    );
}

/** As it streams in: a million lines need no more memory than a thousand. */
async function show({ gateway, json, terminal }: Context, which: URLSearchParams): Promise<void> {
  const { body } = await gateway().ask(`/messages?${which.toString()}`, { accept: json() ? 'application/x-ndjson' : 'text/plain' });
  if (body) await pipeline(Readable.fromWeb(body), terminal.out, { end: false });
}

async function tail({ gateway, json, terminal }: Context, which: { flow?: string; run?: string }): Promise<void> {
  const show = json() ? (line: LogLine) => JSON.stringify(line) : logLineText;
  for await (const line of follow(gateway(), which)) await print(terminal, show(line));
}

/**
 * The lines there are, then new ones as they come, each once: the last page is read again until it has a next one.
 * Once it has begun, a gateway that goes away is waited for.
 */
export async function* follow(gateway: Gateway, which: { flow?: string; run?: string }, every = lookEvery): AsyncGenerator<LogLine> {
  let page = await pageAt(gateway, which);
  let cursor = page.next;
  let shown = -1;
  for (;;) {
    for (const line of page.items.filter(({ seq }) => seq > shown)) {
      shown = line.seq;
      yield line;
    }
    if (page.next === null) await delay(every);
    else cursor = page.next;
    page = await pageAt(gateway, which, cursor).catch(nothingNew);
  }
}

function nothingNew(error: unknown): LogPage {
  if (error instanceof Unreachable) return { items: [], next: null };
  throw error;
}

function pageAt(gateway: Gateway, which: { flow?: string; run?: string }, cursor: string | null = null): Promise<LogPage> {
  const query = new URLSearchParams({ ...which, ...(cursor !== null && { cursor }) });
  return gateway.json(LogPage, `/messages?${query.toString()}`);
}
