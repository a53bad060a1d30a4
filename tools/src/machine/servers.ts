import { findProgram, findRabbitmqServer } from '@warren/testing';
import { type Steps } from '../terminal/steps.js';
import { canInstallPackages, installPackages } from './debian.js';

/** The Debian packages of servers that Warren or its tests start themselves, and the program that shows each is there. */
const programs = {
  'rabbitmq-server': () => findRabbitmqServer(),
  'redis-server': () => findProgram('redis-server'),
  'nginx-light': () => findProgram('nginx'),
};
export type ServerPackage = keyof typeof programs;
export const serverPackages = Object.keys(programs) as ServerPackage[];

export const isInstalled = (name: ServerPackage): boolean => programs[name]() !== undefined;

/**
 * Whether the packages' servers are on this machine; installs those that are not, if that is possible.
 * @throws Refusal when the installation fails
 */
export async function ensureServers(names: readonly ServerPackage[], steps: Steps): Promise<boolean> {
  const missing = names.filter((name) => !isInstalled(name));
  return missing.length === 0 || (canInstallPackages() && (await installPackages(missing, steps)));
}
