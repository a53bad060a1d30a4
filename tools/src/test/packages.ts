import { ensureServers, isInstalled, serverPackages, type ServerPackage } from '../machine/servers.js';
import { Refusal } from '../terminal/refusal.js';
import { type Steps } from '../terminal/steps.js';

export interface PackageOptions {
  /** Whether a missing one may be installed. */
  install: boolean;
  /** Whether this is a pipeline, where nothing may be skipped. */
  ci: boolean;
  /** How they are installed. */
  ensure?: (names: readonly ServerPackage[], steps: Steps) => Promise<boolean>;
  /** Whether one is there. */
  has?: (name: ServerPackage) => boolean;
}

/** What is not tested without a package. The specs of Redis and nginx skip themselves. */
const skipped: Record<ServerPackage, string> = {
  'rabbitmq-server': 'every integration and end-to-end test',
  'redis-server': 'what is kept in Redis',
  'nginx-light': 'the way through nginx',
};

/**
 * Whether RabbitMQ's server is there for the tests; installs the Debian packages of all servers that tests need, if that is allowed and possible.
 * @returns false when all tests that talk to servers must be skipped; what is skipped it says loudly
 * @throws Refusal in CI
 */
export async function brokerAvailable({ install, ci, ensure = ensureServers, has = isInstalled }: PackageOptions, steps: Steps): Promise<boolean> {
  if (install) await ensure(serverPackages, steps);
  const missing = serverPackages.filter((name) => !has(name));
  if (ci && missing.length > 0) throw new Refusal(`With CI=true no test is skipped, and a package is missing: install ${missing.join(', ')}.`);
  for (const name of missing) steps.say(`!!! SKIPPED: ${skipped[name]}. It needs the Debian package ${name}: install it and run npm test again.`);
  return !missing.includes('rabbitmq-server');
}
