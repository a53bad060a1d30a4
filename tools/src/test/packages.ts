import { findRabbitmqServer } from '@warren/testing';
import { ensureRabbitmqServer } from '../machine/rabbitmq-server.js';
import { Refusal } from '../terminal/refusal.js';
import { type Steps } from '../terminal/steps.js';

export interface PackageOptions {
  /** Whether a missing one may be installed. */
  install: boolean;
  /** Whether this is a pipeline, where nothing may be skipped. */
  ci: boolean;
  /** How it is installed. */
  ensure?: (steps: Steps) => Promise<boolean>;
}

/**
 * Whether RabbitMQ's server is there for the tests; installs its Debian package if that is allowed and possible.
 * @returns false when tests must be skipped, which it says loudly
 * @throws Refusal in CI
 */
export async function brokerAvailable({ install, ci, ensure = ensureRabbitmqServer }: PackageOptions, steps: Steps): Promise<boolean> {
  if (install ? await ensure(steps) : findRabbitmqServer() !== undefined) return true;
  if (ci) throw new Refusal('The package rabbitmq-server is missing, and with CI=true no test is skipped: install it.');
  steps.say('!!! SKIPPED: every integration and end-to-end test. They need the Debian package rabbitmq-server: install it and run npm test again.');
  return false;
}
