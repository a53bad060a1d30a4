import { Reloaded, TargetEvents, Targets, TargetStatus, TargetTest, WaitingChoice, type TargetEvent } from '@warren/protocol';
import { Option, type Command } from 'commander';
import { countOf } from '../arguments.js';
import { Failure } from '../failure.js';
import { printList } from '../lists.js';
import { listed } from '../paging.js';
import { type Context } from '../program.js';
import { brief, harmless, print, printJson, table } from '../terminal.js';

const head = ['NAME', 'STATE', 'WAITING', 'DELIVERED', 'FAILED', 'LAST', 'URL', 'REASON'];
const eventHead = ['AT', 'TARGET', 'EVENT', 'BY', 'DETAIL'];
/** Milliseconds that a target may take to answer its test. */
const patience = 150_000;
const path = (name: string, action = '') => `/api/v1/targets/${encodeURIComponent(name)}${action}`;

export function addTargets(program: Command, context: Context): void {
  const targets = program.command('targets').description('the HTTP endpoints that flows deliver to');
  targets.command('list', { isDefault: true }).description('how each is doing; delivered and failed in the last hour').action(() => list(context));
  targets
    .command('test')
    .description('send one release that nobody published, and show what comes back')
    .argument('<target>')
    .option('--release <release>', 'what is released', 'test')
    .action((name: string, { release }: { release: string }) => test(context, name, release));
  targets
    .command('disable')
    .description('deliver nothing to one: what comes for it waits')
    .argument('<target>')
    .option('--reason <text>', 'what others are told')
    .action((name: string, { reason }: { reason?: string }) => able(context, name, 'disable', reason));
  targets.command('enable').description('deliver to it again').argument('<target>').action((name: string) => able(context, name, 'enable')); // prettier-ignore
  targets
    .command('reload')
    .description('bring the targets file into effect; a saved file takes effect by itself')
    .addOption(new Option('--waiting <what>', 'becomes of what waits for targets that the file leaves out').choices(WaitingChoice.options))
    .action(({ waiting }: { waiting?: WaitingChoice }) => reload(context, waiting));
  targets
    .command('events')
    .description('what happened to them, the latest first')
    .argument('[target]')
    .option('--limit <n>', 'how many', countOf, 20)
    .action((target: string | undefined, { limit }: { limit: number }) => events(context, target, limit));
}

async function list({ gateway, json, terminal }: Context): Promise<void> {
  const targets = await gateway().json(Targets, '/api/v1/targets');
  if (json()) return printJson(terminal, targets);
  if (targets.items.length === 0) terminal.err.write('There are none.\n');
  else await print(terminal, table([head, ...targets.items.map(rowOf)]));
  for (const { line, message } of targets.problems) terminal.err.write(`The targets file: ${line === null ? '' : `line ${line}: `}${harmless(message)}\n`);
}

const rowOf = ({ name, state, waiting, delivered, failed, lastAt, lastStatus, url, reason }: TargetStatus): string[] => [
  name, state, waiting === null ? '?' : String(waiting), String(delivered), String(failed), lastAt === null ? '-' : `${lastStatus ?? 'no answer'} ${lastAt}`, brief(url), brief(reason ?? '', 80),
]; // prettier-ignore

/** @throws Failure when a release would not count as delivered: a script can go by the exit code. */
async function test({ gateway, json, terminal }: Context, name: string, release: string): Promise<void> {
  const tested = await gateway().json(TargetTest, path(name, '/test'), { method: 'POST', body: JSON.stringify({ release }), patience });
  if (json()) await printJson(terminal, tested);
  else await print(terminal, textOf(tested));
  if (!tested.delivered) throw new Failure(harmless(tested.error ?? 'It was not taken.'));
}

function textOf({ request: { method, url, headers, body }, status, ms, body: answer }: TargetTest): string {
  const lines = [`${method} ${url}`, ...Object.entries(headers).map(([header, value]) => `${header}: ${value}`), '', body, ''];
  return harmless([...lines, status === null ? `No answer after ${ms} ms` : `${status} after ${ms} ms`, ...(answer ? ['', answer] : [])].join('\n'));
}

async function able({ gateway, json, terminal }: Context, name: string, action: 'enable' | 'disable', reason?: string): Promise<void> {
  const status = await gateway().json(TargetStatus, path(name, `/${action}`), { method: 'POST', body: JSON.stringify({ reason }) });
  if (json()) await printJson(terminal, status);
  else await print(terminal, `${status.name} is ${status.state}${status.waiting ? `, ${status.waiting} waiting` : ''}.`);
}

async function reload({ gateway, json, terminal }: Context, waiting?: WaitingChoice): Promise<void> {
  const reloaded = await gateway().json(Reloaded, '/api/v1/targets/reload', { method: 'POST', body: JSON.stringify({ waiting }) });
  if (json()) return printJson(terminal, reloaded);
  const { revision, ...changes } = reloaded;
  const parts = Object.entries(changes).flatMap(([what, names]) => (names.length > 0 ? [`${what} ${names.join(', ')}`] : []));
  await print(terminal, `Revision ${revision}: ${parts.join('; ') || 'nothing has changed'}.`);
}

async function events(context: Context, target: string | undefined, limit: number): Promise<void> {
  const rows = await listed(context.gateway(), TargetEvents, '/api/v1/targets/events', target === undefined ? {} : { target }, limit);
  await printList(context, rows, eventHead, ({ at, target: name, kind, by, detail }: TargetEvent) => [at, name, kind, brief(by), brief(detail ?? '', 100)]);
}
