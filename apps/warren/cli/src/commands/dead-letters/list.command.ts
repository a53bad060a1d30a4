import { type DeadLetter, DeadLetters } from '@warren/protocol';
import { type Command } from 'commander';
import { countOf } from '../../arguments.js';
import { printList } from '../../lists.js';
import { listed } from '../../paging.js';
import { type Context } from '../../program.js';
import { brief } from '../../terminal.js';

const head = ['ID', 'AT', 'QUEUE', 'STATE', 'ATTEMPTS', 'CAUSE', 'LINE'];

export function addList(deadLetters: Command, context: Context): void {
  deadLetters
    .command('list', { isDefault: true })
    .description('those that wait, or those that a search finds; the newest first')
    .option('--query <query>', 'for example \'flow:signal and not cause:TypeError at>2026-11-20 payload.user.id:42 "free text"\'')
    .option('--limit <n>', 'how many', countOf, 20)
    .action((options: { query?: string; limit: number }) => list(context, options));
}

async function list(context: Context, { query, limit }: { query?: string; limit: number }): Promise<void> {
  const found = await listed(context.gateway(), DeadLetters, '/api/v1/dead-letters', { ...(query && { q: query }) }, limit);
  await printList(context, found, head, rowOf);
}

const rowOf = ({ id, at, queue, state, attempt, cause, line }: DeadLetter): string[] => [
  String(id), at, brief(queue), state, String(attempt), brief(`${cause.name}: ${cause.message}`), brief(line),
]; // prettier-ignore
