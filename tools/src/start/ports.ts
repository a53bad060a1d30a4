import { freePort, freePorts } from '@warren/testing';
import { assertUsable, nextUsable } from '../machine/ports.js';
import { fixedPorts, type FixedPort } from './environment.js';
import { type Planned } from './plan.js';
import { type Settings } from './start.config.js';

/**
 * The fixed ports of the services that start, each looked at before anything is started; where a setting says 0, a free one.
 * A service's further processes get the next ports that are free (any, where it says 0), so that a load balancer knows them beforehand.
 * @throws Refusal for one that cannot be listened on
 */
export async function claimPorts(planned: readonly Planned[], { env, host }: Settings): Promise<FixedPort[]> {
  const ports = fixedPorts(planned.map(({ service }) => service), env);
  const taken: number[] = ports.map(({ port }) => port);
  const claimed: FixedPort[] = [];
  for (const one of ports) {
    if (one.port !== 0) await assertUsable(one.port, { host, setting: one.setting, user: one.service.name });
    const port = one.port || (await freePort());
    const processes = planned.find(({ service }) => service === one.service)?.processes ?? 1;
    const further = one.port ? await nextUsable(port, processes - 1, { host, taken }) : await freePorts(processes - 1);
    taken.push(port, ...further);
    claimed.push({ ...one, port, further });
  }
  return claimed;
}
