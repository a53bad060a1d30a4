import { join } from 'node:path';
import { Deliveries } from '@warren/protocol';
import { waitFor } from '@warren/testing';
import { Endpoint } from './deliveries/endpoint.js';
import { release } from './deliveries/release.js';
import { targetOf, writeTargets } from './deliveries/targets.js';
import { bootSystem, temporaryFolder } from './system/boot-system.js';
import { type System } from './system/system.js';

const releases = 6;
/** Every third delivery of a process ends it where the failpoint is, with the request sent and the message not acknowledged. */
const perProcess = 3;
/** At least: what came just before may not be acknowledged yet, and comes again too. */
const kills = 2;

describe.each(['delivery.answered', 'delivery.stored'])('a notifier that is killed at %s, again and again', (failpoint) => {
  let system: System;
  let endpoint: Endpoint;

  beforeAll(async () => {
    endpoint = await Endpoint.open(() => true);
    const file = join(await temporaryFolder(), 'targets.yaml');
    writeTargets(file, [{ name: 'one', url: endpoint.url, breaker: false }]);
    system = await bootSystem({ args: ['--flows', 'deployments'], env: { TARGETS_FILE: file, NOTIFIER_PORT: '0', MONITOR_PORT: '0', LOG_LEVEL: 'warn', FAILPOINT: `${failpoint}:${perProcess}` } });
    await waitFor(async () => (await targetOf(system, 'one')).state === 'delivering', { timeout: 15_000, what: 'the target' });
  }, 180_000);

  it('delivers every release, what was in hand again under its id', async () => {
    const ids: string[] = [];
    for (let n = 0; n < releases; n += 1) {
      const id = await release(system, `v${n}`);
      ids.push(id);
      await waitFor(() => endpoint.taken().has(id), { timeout: 30_000, what: `release ${n}` });
    }
    const delivered = async () => Deliveries.parse(JSON.parse((await system.request('/api/v1/deliveries?state=delivered')).text)).items.length === releases;
    await waitFor(delivered, { timeout: 30_000, what: 'all delivered' });
    await waitFor(() => endpoint.got.length >= releases + kills, { timeout: 30_000, what: 'what was in hand at the kills, again' });

    expect([...endpoint.taken().keys()]).toEqual(ids);
    const ends = Math.floor(endpoint.got.length / perProcess);
    expect(Math.max(...endpoint.taken().values())).toBeLessThanOrEqual(1 + ends);
  }, 120_000);
});
