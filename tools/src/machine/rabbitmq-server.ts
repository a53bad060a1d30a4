import { findRabbitmqServer } from '@warren/testing';
import { type Steps } from '../terminal/steps.js';
import { canInstallPackages, installPackages } from './debian.js';

/**
 * Whether RabbitMQ's server is on this machine; where it is not, installs its Debian package if that is possible.
 * @throws Refusal when the installation fails
 */
export async function ensureRabbitmqServer(steps: Steps): Promise<boolean> {
  if (findRabbitmqServer() !== undefined) return true;
  return canInstallPackages() && (await installPackages(['rabbitmq-server'], steps));
}
