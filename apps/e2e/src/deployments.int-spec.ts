import { join } from 'node:path';
import { Targets } from '@warren/protocol';
import { waitFor } from '@warren/testing';
import { DeadLetterApi } from './letters/dead-letter-api.js';
import { Endpoint } from './deliveries/endpoint.js';
import { release } from './deliveries/release.js';
import { targetOf, writeTargets } from './deliveries/targets.js';
import { bootSystem, temporaryFolder } from './system/boot-system.js';
import { Dice } from './system/dice.js';
import { Killing } from './system/killing.js';
import { Program } from './system/program.js';
import { type System } from './system/system.js';

const count = Number(process.env['DEPLOYMENTS_RELEASES'] ?? 1_000);
const seed = Number(process.env['DEPLOYMENTS_SEED'] ?? Date.now() % 1_000_000);
const notifier = 'deployments-notifier';
/** A minute, and so this many milliseconds apart by all instances together. */
const probes = 30;
const settled = 120_000;

let system: System;
let file: string;
let api: DeadLetterApi;
let healthy: Endpoint;
let flaky: Endpoint;
let broken: Endpoint;
let open: Endpoint;
let broken500 = true;
let releases: string[];
let kills = 0;

const deliveredAll = (endpoint: Endpoint) => () => endpoint.taken().size >= count;

/** Every release once, and some again under the same id: what a process had in hand when it was killed, by default twice its 5 requests at once. */
function expectAll(endpoint: Endpoint): void {
  const taken = endpoint.taken();
  expect([...taken.keys()].sort()).toEqual([...releases].sort());
  const repeats = [...taken.values()].filter((times) => times > 1).length;
  expect(repeats).toBeLessThanOrEqual(kills * 10);
}

beforeAll(async () => {
  [healthy, flaky, broken, open] = await Promise.all([Endpoint.open(() => true), Endpoint.open((before) => before >= 2), Endpoint.open(() => !broken500), Endpoint.open(() => !broken500)]);
  file = join(await temporaryFolder(), 'targets.yaml');
  writeTargets(file, [
    { name: 'healthy', url: healthy.url },
    { name: 'flaky', url: flaky.url, attempts: 4, breaker: false },
    { name: 'broken', url: broken.url, attempts: 3, breaker: false },
    { name: 'open', url: open.url, attempts: 3, breaker: { failures: 5, probes } },
  ]);
  system = await bootSystem({
    args: ['--flows', 'deployments', '--scale', 'notifier=2'],
    env: { TARGETS_FILE: file, NOTIFIER_PORT: '0', MONITOR_PORT: '0', LOG_LEVEL: 'warn' },
  });
  api = new DeadLetterApi(() => system.run.url);
  await waitFor(async () => (await targetOf(system, 'open')).waiting === 0, { timeout: 15_000, what: 'the targets' }).catch(async (error: unknown) => {
    throw new Error((await system.request('/api/v1/targets')).text, { cause: error });
  });
}, 180_000);

describe(`${count} releases to four targets, while notifiers are killed (DEPLOYMENTS_SEED=${seed})`, () => {
  it('reach the healthy one, and the one that fails twice', async () => {
    const killing = new Killing(system, [notifier], new Dice(seed), { least: 1_000, most: 3_000 });
    const numbers = Array.from({ length: count }, (_, n) => n).values();
    releases = [];
    const lane = async () => { for (const n of numbers) releases.push(await release(system, `v${n}`)); }; // prettier-ignore
    await Promise.all(Array.from({ length: 8 }, lane));
    await waitFor(deliveredAll(healthy), { timeout: settled, what: 'all at the healthy one' });
    await waitFor(deliveredAll(flaky), { timeout: settled, what: 'all at the flaky one' });
    await killing.stop();
    kills = killing.killed.get(notifier) ?? 0;
    expect(kills).toBeGreaterThan(2);
    expectAll(healthy);
    expectAll(flaky);
  }, 2 * settled + 60_000);

  it('are dead letters in one group of the one that always fails', async () => {
    const groups = await waitFor(async () => {
      const { items } = await api.groups('queue:deployments.broken');
      return items.reduce((sum, { dead }) => sum + dead, 0) >= count && items;
    }, { timeout: settled, interval: 200, what: 'all dead' }); // prettier-ignore
    expect(groups).toMatchObject([{ dead: count, queue: 'deployments.broken' }]);
  }, settled + 10_000);

  it('wait for the one whose breaker is on: none is dead, and it gets so many probes a minute', async () => {
    await waitFor(async () => (await targetOf(system, 'open')).waiting === count, { timeout: 15_000, what: 'all waiting' });
    expect((await targetOf(system, 'open')).state).toBe('open');
    expect(await api.all('queue:deployments.open')).toEqual([]);
    const before = open.got.length;
    await waitFor(() => open.got.length >= before + 3, { timeout: 30_000, what: 'three probes' });
    const times = open.got.slice(-3).map(({ at }) => at);
    expect(Math.min(...times.slice(1).map((at, index) => at - (times[index] ?? 0)))).toBeGreaterThan((60_000 / probes) * 0.9);
  }, 60_000);

  it('reach those two as well when they are mended: by themselves, and by a redrive', async () => {
    broken500 = false;
    const [group] = (await api.groups('queue:deployments.broken')).items;
    const { id } = await api.started('redrive', { group: group?.id ?? '' });
    await waitFor(deliveredAll(open), { timeout: settled, what: 'all at the one that was open' });
    expect((await api.settled(id, settled)).outcomes).toMatchObject({ handled: count, deadAgain: 0 });
    expectAll(open);
    expectAll(broken);
    expect((await targetOf(system, 'open')).state).toBe('delivering');
  }, 2 * settled);
});

describe('the last target', () => {
  it('is removed, and a release that no target takes is an error', async () => {
    writeTargets(file, []);
    await waitFor(async () => Targets.parse(JSON.parse((await system.request('/api/v1/targets')).text)).items.length === 0, { timeout: 30_000, what: 'no targets' });

    const command = Program.start('apps/deployments/publisher/bin/warren-release.js', ['v2'], { env: { ...process.env, AMQP_URL: system.run.broker.url } });

    expect(await command.exit).toBe(1);
    expect(command.output).toMatch(/^No target takes .*\n$/);
  }, 60_000);
});
