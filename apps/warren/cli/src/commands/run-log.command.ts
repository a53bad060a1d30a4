import { type Command } from 'commander';
import { type Context } from '../program.js';
import { print, printJson } from '../terminal.js';

export function addRunLog(program: Command, context: Context): void {
  program
    .command('run-log')
    .description('every state that was decided, and when')
    .action(() => runLog(context));
}

async function runLog({ gateway, json, terminal }: Context): Promise<void> {
  const lines = (await gateway().text('/run-log')).split('\n').filter(Boolean);
  if (json()) return printJson(terminal, lines.map(entryOf));
  for (const line of lines) await print(terminal, line);
}

/** `2020-11-01T06:35:01.373Z: INIT` as an object. */
function entryOf(line: string): { at: string; state: string } {
  const [at = '', state = ''] = line.split(': ');
  return { at, state };
}
