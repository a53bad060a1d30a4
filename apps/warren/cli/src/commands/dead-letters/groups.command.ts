import { type DeadGroup, DeadGroups } from '@warren/protocol';
import { type Command } from 'commander';
import { countOf } from '../../arguments.js';
import { printList } from '../../lists.js';
import { listed } from '../../paging.js';
import { type Context } from '../../program.js';
import { brief } from '../../terminal.js';

interface Options {
  query?: string;
  all?: boolean;
  limit: number;
}

const head = ['GROUP', 'DEAD', 'EVER', 'LAST 24 HOURS', 'FIRST SEEN', 'LAST SEEN', 'QUEUE', 'CAUSE', 'NOTES'];

export function addGroups(deadLetters: Command, context: Context): void {
  deadLetters
    .command('groups')
    .description('by cause, the last seen first: how many, since when, and the trend')
    .option('--query <query>', 'only groups of what this finds, counted among that')
    .option('--all', 'also those of which none waits any more')
    .option('--limit <n>', 'how many', countOf, 20)
    .action((options: Options) => groups(context, options));
}

async function groups(context: Context, { query, all, limit }: Options): Promise<void> {
  const found = await listed(context.gateway(), DeadGroups, '/api/v1/dead-letters/groups', { ...(query && { q: query }), ...(all && { all: 'true' }) }, limit);
  await printList(context, found, head, rowOf);
}

const rowOf = ({ id, dead, total, trend, firstSeen, lastSeen, queue, cause, notes }: DeadGroup): string[] => [
  id, String(dead), String(total), bars(trend), firstSeen, lastSeen, brief(queue), brief(`${cause.name}: ${cause.message}`), brief(notes.at(-1)?.text ?? ''),
]; // prettier-ignore

const heights = '▁▂▃▄▅▆▇█';

/** One bar an hour, the highest for the most; a dot where there is nothing. */
function bars(counts: readonly number[]): string {
  const most = Math.max(...counts);
  return counts.map((count) => (count === 0 ? '·' : heights.charAt(Math.ceil((count / most) * heights.length) - 1))).join('');
}
