import { type DryRun as Counted, DryRun, Operation, type Selection } from '@warren/protocol';
import { type Command } from 'commander';
import { countsOf, rateOf } from '../../arguments.js';
import { Failure } from '../../failure.js';
import { follow, printOperation } from '../../operations/follow.js';
import { type Context } from '../../program.js';
import { confirmed } from '../../confirmed.js';
import { counted, print, printJson } from '../../terminal.js';

type Kind = 'redrive' | 'discard';

interface Options {
  group?: string;
  query?: string;
  rate?: number;
  dryRun?: boolean;
  yes?: boolean;
  wait: boolean;
}

const descriptions = { redrive: 'put dead letters back to the queue that gave them up', discard: 'give dead letters up for good; they can still be found' };

export function addStart(kind: Kind, deadLetters: Command, context: Context): void {
  const command = deadLetters
    .command(kind)
    .description(descriptions[kind])
    .argument('[ids...]', 'these', countsOf)
    .option('--group <group>', 'all of a group')
    .option('--query <query>', 'all that a search finds')
    .option('--rate <n>', 'at most so many a second', rateOf)
    .option('--dry-run', 'only count')
    .option('--yes', 'do not ask before doing a group or a query')
    .option('--no-wait', 'do not wait for the end')
    .action((ids: number[], options: Options) => start(context, kind, selectionOf(command, ids, options), options));
}

async function start(context: Context, kind: Kind, selection: Selection, { rate, dryRun, yes, wait }: Options): Promise<void> {
  const { gateway, terminal, json } = context;
  const path = `/api/v1/dead-letters/${kind}`;
  const count = () => gateway().json(DryRun, path, { method: 'POST', body: JSON.stringify({ ...selection, dryRun: true }) });
  if (dryRun) {
    const found = await count();
    return json() ? printJson(terminal, found) : print(terminal, `${kind} would take ${scopeOf(found)}.`);
  }
  if (!yes && !('ids' in selection)) await ask(context, kind, await count());
  await begin(context, await gateway().json(Operation, path, { method: 'POST', body: JSON.stringify({ ...selection, rate }) }), wait);
}

/** Follows an operation that was started, or says only how to. */
export const begin = (context: Context, operation: Operation, wait: boolean): Promise<void> => (wait ? follow(context, operation) : printOperation(context, operation));

/** @throws Failure when nothing is to be done. */
async function ask({ terminal }: Context, kind: Kind, found: Counted): Promise<void> {
  if (!(await confirmed(terminal, `${kind} ${scopeOf(found)}?`))) throw new Failure('Nothing was done.');
}

function scopeOf({ total, queues }: Counted): string {
  const each = queues.map(({ queue, total: ofQueue }) => `${ofQueue.toLocaleString('en')} of ${queue}`);
  return `${counted(total, 'dead letter')}${each.length > 0 ? ` (${each.join(', ')})` : ''}`;
}

function selectionOf(command: Command, ids: number[], { group, query }: Options): Selection {
  const selections: Selection[] = [...(ids.length > 0 ? [{ ids }] : []), ...(group !== undefined ? [{ group }] : []), ...(query !== undefined ? [{ query }] : [])];
  const [selection, ...more] = selections;
  if (selection && more.length === 0) return selection;
  return command.error('Say which dead letters: by ids, by --group or by --query, one of these.', { exitCode: 2 });
}
