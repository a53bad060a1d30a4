import { Operation } from '@warren/protocol';
import { type Command } from 'commander';
import { rateOf } from '../../arguments.js';
import { type Context } from '../../program.js';
import { begin } from './start.command.js';

interface Options {
  origin?: string;
  rate?: number;
  wait: boolean;
}

export function addAdopt(deadLetters: Command, context: Context): void {
  deadLetters
    .command('adopt')
    .description('take in the messages of a dead queue that Warren did not make; each leaves the queue when it is stored')
    .argument('<queue>')
    .option('--origin <queue>', 'where those are redriven to that do not say themselves where they died')
    .option('--rate <n>', 'at most so many a second', rateOf)
    .option('--no-wait', 'do not wait for the end')
    .action((queue: string, options: Options) => adopt(context, queue, options));
}

async function adopt(context: Context, queue: string, { origin, rate, wait }: Options): Promise<void> {
  const body = JSON.stringify({ queue, origin, rate });
  await begin(context, await context.gateway().json(Operation, '/api/v1/dead-letters/adopt', { method: 'POST', body }), wait);
}
