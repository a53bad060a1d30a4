import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PrivateNginx, freePort, onTeardown } from '@warren/testing';
import { temporaryFolder } from './boot-system.js';
import { root } from './program.js';
import { type System } from './system.js';

/** Where the instances of a service listen, those that are being started again too: a place in the row keeps its port. */
export const addressesOf = (system: System, service: string): string[] =>
  system.run.services.flatMap((one) => (one.service === service && one.port !== undefined ? [`127.0.0.1:${one.port}`] : []));

/** The configuration as it is deployed, before the instances that run now; it is stopped at the end of the Jest file. */
export async function openSite(system: System): Promise<PrivateNginx> {
  const port = await freePort();
  const servers = (service: string) => addressesOf(system, service).map((address) => `server ${address};`).join(' ');
  const settings = { LISTEN: `127.0.0.1:${port}`, GATEWAYS: servers('gateway'), SENDERS: servers('jobs-sender'), RECEIVERS: servers('jobs-receiver') };
  const template = readFileSync(join(root, 'deploy/nginx/site.conf.template'), 'utf8');
  const config = Object.entries(settings).reduce((text, [name, value]) => text.replaceAll(`\${${name}}`, value), template);
  const nginx = await PrivateNginx.start({ folder: await temporaryFolder(), config, port });
  onTeardown(() => nginx.stop());
  return nginx;
}
