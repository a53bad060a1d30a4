import { Operation, Operations, Replays, type Replay, Steer } from '@warren/protocol';
import { type Command } from 'commander';
import { countOf } from '../arguments.js';
import { printList } from '../lists.js';
import { printOperation } from '../operations/follow.js';
import { outcomesOf } from '../operations/summary.js';
import { listed } from '../paging.js';
import { type Context } from '../program.js';
import { brief } from '../terminal.js';

const head = ['ID', 'KIND', 'STATE', 'DONE', 'OF', 'BY', 'AT', 'OUTCOMES'];
const replayHead = ['JOURNEY', 'REPLAY', 'STATE', 'WHY'];
const descriptions = { pause: 'let one stop where it is', resume: 'let it go on', abort: 'end it; what it has done stays done' };

export function addOperations(program: Command, context: Context): void {
  const operations = program.command('operations').description('what was started on many messages: redrives, discards, adoptions, replays');
  operations
    .command('list', { isDefault: true })
    .description('the newest first')
    .option('--limit <n>', 'how many', countOf, 20)
    .action(({ limit }: { limit: number }) => list(context, limit));
  operations.command('show').description('how far one is, and what came of it').argument('<id>').action((id: string) => show(context, id, 'GET')); // prettier-ignore
  operations
    .command('replays')
    .description('what a replay has come to with each journey: the new one, or why there is none')
    .argument('<id>')
    .option('--limit <n>', 'how many', countOf, 20)
    .action((id: string, { limit }: { limit: number }) => replays(context, id, limit));
  for (const steer of Steer.options) {
    operations.command(steer).description(descriptions[steer]).argument('<id>').action((id: string) => show(context, id, 'POST', `/${steer}`)); // prettier-ignore
  }
}

async function list(context: Context, limit: number): Promise<void> {
  await printList(context, await listed(context.gateway(), Operations, '/api/v1/operations', {}, limit), head, rowOf);
}

const rowOf = (operation: Operation): string[] => [
  operation.id, operation.kind, operation.state, String(operation.done), String(operation.total), operation.by, operation.at, outcomesOf(operation),
]; // prettier-ignore

async function replays(context: Context, id: string, limit: number): Promise<void> {
  await printList(context, await listed(context.gateway(), Replays, `/api/v1/operations/${encodeURIComponent(id)}/replays`, {}, limit), replayHead, replayRowOf);
}

const replayRowOf = ({ journey, replay, state, refusal }: Replay): string[] => [journey, state === 'refused' ? '' : replay, state, brief(refusal ?? '', 200)];

async function show(context: Context, id: string, method: string, steer = ''): Promise<void> {
  await printOperation(context, await context.gateway().json(Operation, `/api/v1/operations/${encodeURIComponent(id)}${steer}`, { method }));
}
