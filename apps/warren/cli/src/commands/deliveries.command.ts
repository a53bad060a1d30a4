import { Deliveries, DeliveryState, type Delivery } from '@warren/protocol';
import { Option, type Command } from 'commander';
import { countOf } from '../arguments.js';
import { printList } from '../lists.js';
import { listed } from '../paging.js';
import { type Context } from '../program.js';
import { brief } from '../terminal.js';

const head = ['AT', 'RELEASE', 'TARGET', 'STATE', 'ATTEMPTS', 'LAST', 'MESSAGE'];
const attemptHead = ['TARGET', 'ATTEMPT', 'AT', 'MS', 'STATUS', 'OUTCOME', 'INSTANCE', 'ANSWER'];

interface Search {
  target?: string;
  state?: DeliveryState;
  message?: string;
  limit: number;
}

export function addDeliveries(program: Command, context: Context): void {
  program
    .command('deliveries')
    .description('what became of each message at each target, the latest first')
    .option('--target <target>', 'at this one')
    .addOption(new Option('--state <state>', 'in this state').choices(DeliveryState.options))
    .option('--message <id>', 'of this message, with every request')
    .option('--limit <n>', 'how many', countOf, 20)
    .action((search: Search) => deliveries(context, search));
}

async function deliveries(context: Context, { limit, ...search }: Search): Promise<void> {
  const found = await listed(context.gateway(), Deliveries, '/api/v1/deliveries', search, limit);
  if (context.json() || search.message === undefined) return printList(context, found, head, rowOf);
  await printList(context, { items: found.items.flatMap(attemptsOf), more: found.more }, attemptHead, (row) => row);
}

function rowOf({ at, release, target, state, attempts, message }: Delivery): string[] {
  const last = attempts.at(-1);
  return [at, brief(release), target, state, String(attempts.length), brief(last ? (last.error ?? String(last.status ?? '')) : '-', 80), message];
}

/** One that has had no request yet is shown as well: it is not lost. */
function attemptsOf({ target, state, at: since, attempts }: Delivery): string[][] {
  if (attempts.length === 0) return [[target, '0', since, '-', '-', state, '-']];
  return attempts.map(({ attempt, at, ms, status, outcome, instance, error, body }) => [
    target, String(attempt), at, String(ms), String(status ?? '-'), outcome, instance, brief(error ?? body ?? '', 80),
  ]); // prettier-ignore
}
