import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from '@warren/testing';
import { bootSystem } from './system/boot-system.js';
import { type System } from './system/system.js';

let system: System;
beforeAll(async () => {
  system = await bootSystem({ env: { ORIG_INTERVAL: '200', IMED_DELAY: '50' } });
}, 150_000);

const messages = (count: number) => waitFor(async () => (await system.texts('my.i')).length >= count && system.messages(), { timeout: 20_000, what: `${count} answers` });
const numbered = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`);

/** The queues that specs of the flows give to consumerContract(). */
function queuesOfSuites(): string[] {
  const apps = join(__dirname, '../..');
  const specs = globSync('*/*/src/**/*.contract.int-spec.ts', { cwd: apps }).map((file) => readFileSync(join(apps, file), 'utf8'));
  return specs.flatMap((text) => [...text.matchAll(/queue: '([^']+)'/g)].map(([, queue = '']) => queue));
}

describe('a new system', () => {
  it('runs, as its run-log says', async () => {
    expect((await system.request('/state')).text).toBe('RUNNING');
    const [init, running] = await system.runLog();
    expect(init).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z: INIT$/);
    expect(running).toMatch(/Z: RUNNING$/);
  });

  it('logs MSG_n and its answer for each n from 1', async () => {
    await messages(3);
    expect(await system.texts('my.o')).toEqual(numbered('MSG_', (await system.texts('my.o')).length));
    expect((await system.texts('my.i')).slice(0, 3)).toEqual(numbered('Got MSG_', 3));
  });

  it('answers the log as plain text in an order that never changes', async () => {
    const first = await system.request('/messages');
    await messages(6);
    const later = await system.request('/messages');
    expect(first.headers.get('content-type')).toContain('text/plain');
    expect(later.text.startsWith(first.text)).toBe(true);
  });

  it('shows each service with one instance on its roster', async () => {
    const services = await system.services();
    expect(services.map(({ service }) => service).sort()).toEqual(['gateway', 'observer', 'signal-httpserv', 'signal-imed', 'signal-orig']);
    expect(services.map(({ instances }) => instances.length)).toEqual([1, 1, 1, 1, 1]);
  });

  it('announces no consumer that the contract suite does not run for', async () => {
    const { items } = JSON.parse((await system.request('/api/v1/flows')).text) as { items: { consumers: { queue: string }[] }[] };
    const announced = items.flatMap(({ consumers }) => consumers.map(({ queue }) => queue));
    expect(announced).toContain('signal.imed');
    expect(announced.filter((queue) => !queuesOfSuites().includes(queue))).toEqual([]);
  });
});

describe('PUT /state', () => {
  const plain = { 'content-type': 'text/plain' };
  const json = { 'content-type': 'application/json' };
  const to = (state: string) => system.request('/state', { method: 'PUT', body: state, headers: plain });
  beforeEach(() => to('RUNNING'));

  it.each([
    ['?payload=', '?payload=PAUSED', {}],
    ['text', '', { body: 'PAUSED', headers: plain }],
    ['what curl -d sends', '', { body: 'PAUSED', headers: { 'content-type': 'application/x-www-form-urlencoded' } }],
    ['bytes without a type', '', { body: Buffer.from('PAUSED') }],
    ['JSON', '', { body: '{"state":"PAUSED"}', headers: json }],
    ['the short word', '', { body: 'PAUSE', headers: plain }],
  ])('takes %s', async (_, query, init) => {
    const answer = await system.request(`/state${query}`, { method: 'PUT', ...init });
    expect(answer).toMatchObject({ status: 200, text: 'PAUSED' });
    expect((await system.request('/state')).text).toBe('PAUSED');
  });

  it('refuses what is no state, and nothing changes', async () => {
    const log = await system.runLog();
    const answer = await to('STOPPED');
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect((await system.request('/state')).text).toBe('RUNNING');
    expect(await system.runLog()).toEqual(log);
  });

  it('refuses a body over 1 kB, and another method with what is allowed', async () => {
    expect((await to('P'.repeat(1025))).status).toBe(413);
    const deleted = await system.request('/state', { method: 'DELETE' });
    expect(deleted.status).toBe(405);
    expect(deleted.headers.get('allow')).toContain('PUT');
  });

  it('writes one line in the run-log for a change, and none for the same state again', async () => {
    const before = await system.runLog();
    await to('PAUSED');
    await to('PAUSED');
    const added = (await system.runLog()).slice(before.length);
    expect(added).toEqual([expect.stringMatching(/: PAUSED$/)]);
  });

  it('tells who confirmed, when JSON is asked for', async () => {
    const transition = await system.transition('PAUSED');
    expect(transition).toMatchObject({ from: 'RUNNING', to: 'PAUSED', state: 'PAUSED', quiet: true });
    expect(transition.entries).toHaveLength(5);
    for (const { confirmedAt } of transition.entries) expect(confirmedAt).not.toBeNull();
  });

  it('serialises two that come at once', async () => {
    const before = (await system.runLog()).length;
    const answers = await Promise.all([to('PAUSED'), to('INIT')]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const words = (await system.runLog()).slice(before).map((line) => line.split(': ')[1]);
    expect([['PAUSED', 'INIT', 'RUNNING'], ['INIT', 'RUNNING', 'PAUSED']]).toContainEqual(words);
  });
});

describe('INIT', () => {
  it('starts a new run out of RUNNING: an empty log, numbers from 1', async () => {
    const { run } = await system.state();
    await messages(2);
    expect((await system.put('INIT')).text).toBe('RUNNING');
    expect(await system.messages()).toEqual([]);
    expect((await system.state()).run).toBe(run + 1);
    await messages(2);
    expect((await system.texts('my.o')).slice(0, 2)).toEqual(numbered('MSG_', 2));
  });
});

describe('SHUTDOWN', () => {
  it('closes the message log and leads only to INIT', async () => {
    expect((await system.put('SHUTDOWN')).text).toBe('SHUTDOWN');
    expect((await system.request('/messages')).status).toBe(503);
    for (const state of ['RUNNING', 'PAUSED']) expect((await system.put(state)).status).toBe(409);
    expect((await system.put('INIT')).text).toBe('RUNNING');
    await messages(1);
  });
});
