import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Flows, Targets } from '@warren/protocol';
import { waitFor } from '@warren/testing';
import { bootSystem } from './system/boot-system.js';
import { Program, root } from './system/program.js';
import { type System } from './system/system.js';

const file = join(root, 'docs/messaging.md');
/** Without servers to share, as on a developer's machine, it brings its own. */
const ownServers = !process.env['AMQP_URL'];
let system: System;

const read = async (path: string): Promise<unknown> => JSON.parse((await system.request(path)).text);

/** The targets of the notifier are consumers as soon as it has read its file. */
async function targetsAnnounced(): Promise<boolean> {
  const [targets, { items: flows }] = [Targets.parse(await read('/api/v1/targets')), Flows.parse(await read('/api/v1/flows'))];
  const queues = new Set(flows.flatMap(({ consumers }) => consumers.map(({ queue }) => queue)));
  return targets.items.length > 0 && targets.items.every(({ queue }) => queues.has(queue));
}

/** What is journalled now came after all that was announced before the system ran: both go through one queue. */
async function announcedAll(): Promise<void> {
  await waitFor(async () => (await system.state()).converged, { timeout: 30_000, what: 'all services to follow the state' });
  await waitFor(targetsAnnounced, { timeout: 30_000, what: 'the targets to be announced' });
  await system.request('/api/v1/flows/signal/original', { method: 'POST', body: JSON.stringify({ text: 'all before' }), headers: { 'content-type': 'application/json' } });
  await waitFor(async () => (await system.texts('my.o')).includes('all before'), { timeout: 30_000, what: 'the message to be journalled' });
}

async function markdown(): Promise<string> {
  const command = Program.start('apps/warren/cli/bin/warren.js', ['flows', '--markdown'], { env: { ...process.env, WARREN_URL: system.run.url } });
  const code = await command.exit;
  if (code !== 0) throw new Error(command.output);
  return command.output;
}

beforeAll(async () => {
  system = await bootSystem({ args: ['--all'], env: { NOTIFIER_PORT: '0', MONITOR_PORT: '0', LOG_LEVEL: 'warn' }, ownServers });
  await announcedAll();
}, 180_000);

describe('docs/messaging.md', () => {
  it('is what all services announce: UPDATE=1 npx jest -c apps/e2e/jest.config.js messaging writes it anew', async () => {
    const page = await markdown();
    if (process.env['UPDATE']) writeFileSync(file, page);

    expect(readFileSync(file, 'utf8')).toBe(page);
  });
});
