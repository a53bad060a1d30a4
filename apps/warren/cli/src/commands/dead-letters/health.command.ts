import { DeadLetterHealth } from '@warren/protocol';
import { type Command } from 'commander';
import { type Context } from '../../program.js';
import { counted, print, printJson } from '../../terminal.js';

export function addHealth(deadLetters: Command, context: Context): void {
  deadLetters
    .command('health')
    .description('whether failures are looked after: the oldest, the last hour by consumer, what waits for its next attempt')
    .action(() => health(context));
}

async function health({ gateway, json, terminal }: Context): Promise<void> {
  const figures = await gateway().json(DeadLetterHealth, '/api/v1/dead-letters/health');
  await (json() ? printJson(terminal, figures) : print(terminal, linesOf(figures).join('\n')));
}

function linesOf({ dead, oldest, lastHour, waiting }: DeadLetterHealth): string[] {
  const age = oldest ? `, the oldest (${oldest.id}) since ${oldest.at}` : '';
  return [
    `${counted(dead, 'dead letter')} to look after${age}`,
    ...lastHour.map((one) => `in the last hour: ${one.consumer} gave up ${counted(one.dead, 'message')}`),
    ...(waiting?.filter(({ messages }) => messages > 0).map(({ from, to, messages }) => `waiting for the next attempt: ${counted(messages, 'message')} for ${from / 1000} to ${to / 1000} s`) ??
      ['waiting for the next attempt: unknown while the broker cannot be asked']),
  ];
}
