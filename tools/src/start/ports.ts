import { freePort } from '@warren/testing';
import { assertUsable } from '../machine/ports.js';
import { fixedPorts, type FixedPort } from './environment.js';
import { type Planned } from './plan.js';
import { type Settings } from './start.config.js';

/**
 * The fixed ports of the services that start, each looked at before anything is started; where a setting says 0, a free one.
 * @throws Refusal for one that cannot be listened on
 */
export async function claimPorts(planned: readonly Planned[], { env, host }: Settings): Promise<FixedPort[]> {
  const ports = fixedPorts(planned.map(({ service }) => service), env);
  return Promise.all(ports.map(async (one) => {
    if (one.port === 0) return { ...one, port: await freePort() };
    await assertUsable(one.port, { host, setting: one.setting, user: one.service.name });
    return one;
  }));
}
