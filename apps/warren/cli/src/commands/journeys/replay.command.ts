import { type JourneySelection, Operation, ReplayDryRun } from '@warren/protocol';
import { type Command } from 'commander';
import { rateOf, textsOf } from '../../arguments.js';
import { confirmed } from '../../confirmed.js';
import { Failure } from '../../failure.js';
import { follow, printOperation } from '../../operations/follow.js';
import { type Context } from '../../program.js';
import { counted, print, printJson } from '../../terminal.js';

const path = '/api/v1/journeys/replay';

interface Options {
  query?: string;
  rate?: number;
  dryRun?: boolean;
  yes?: boolean;
  wait: boolean;
}

export function addReplay(journeys: Command, context: Context): void {
  const command = journeys
    .command('replay')
    .description("publish journeys' roots again: each begins a new journey that is linked to the old one")
    .argument('[ids...]', 'these', textsOf)
    .option('--query <query>', 'all that search --journeys finds by it')
    .option('--rate <n>', 'at most so many a second', rateOf)
    .option('--dry-run', 'only count')
    .option('--yes', 'do not ask before doing a query')
    .option('--no-wait', 'do not wait for the end')
    .action((ids: string[], options: Options) => replay(context, selectionOf(command, ids, options), options));
}

async function replay(context: Context, selection: JourneySelection, { rate, dryRun, yes, wait }: Options): Promise<void> {
  const { gateway, terminal, json } = context;
  const count = () => gateway().json(ReplayDryRun, path, { method: 'POST', body: JSON.stringify({ ...selection, dryRun: true }) });
  if (dryRun) {
    const found = await count();
    return json() ? printJson(terminal, found) : print(terminal, `replay would take ${scopeOf(found)}.`);
  }
  if (!yes && 'query' in selection && !(await confirmed(terminal, `replay ${scopeOf(await count())}?`))) throw new Failure('Nothing was done.');
  const operation = await gateway().json(Operation, path, { method: 'POST', body: JSON.stringify({ ...selection, rate }) });
  await (wait ? follow(context, operation) : printOperation(context, operation));
}

function scopeOf({ total, contracts }: ReplayDryRun): string {
  const each = contracts.map(({ contract, total: ofContract }) => `${ofContract.toLocaleString('en')} of ${contract}`);
  return `${counted(total, 'journey')}${each.length > 0 ? ` (${each.join(', ')})` : ''}`;
}

function selectionOf(command: Command, ids: string[], { query }: Options): JourneySelection {
  if (ids.length > 0 && query === undefined) return { ids };
  if (ids.length === 0 && query !== undefined) return { query };
  return command.error('Say which journeys: by ids or by --query, one of these.', { exitCode: 2 });
}
