import { join } from 'node:path';
import { PrivateBroker, assertBroker, findRabbitmqServer } from '@warren/testing';
import { hasDocker } from '../machine/docker.js';
import { ensureServers } from '../machine/servers.js';
import { Refusal } from '../terminal/refusal.js';
import { type Steps } from '../terminal/steps.js';
import { BrokerContainer } from './broker-container.js';
import { ServerTask, type PrivateServer } from './server-task.js';
import { type Settings } from './start.config.js';

/** The broker that the services get. */
export interface Broker {
  /** For people: where it came from. */
  title: string;
  url: string;
  managementUrl: string;
  /** Name of the Docker container that it runs in. */
  container?: string;
}

/** A broker that `npm start` runs itself. */
export interface BrokerServer extends PrivateServer, Pick<Broker, 'url' | 'managementUrl' | 'container'> {}

/** Where a broker comes from: it runs already, or a task starts it. */
export type BrokerChoice = { external: Broker } | { title: string; task: ServerTask<BrokerServer> };

export interface BrokerOptions {
  steps: Steps;
  /** Whether a Debian package may be installed. */
  install: boolean;
  /** Where this machine has rabbitmq-server. */
  findServer?: () => string | undefined;
}

/**
 * Chooses the broker, in the order that README promises: AMQP_URL, the machine's rabbitmq-server, Docker, a Debian package.
 * @throws Refusal when there is none, with the commands that would bring one
 */
export async function chooseBroker(settings: Settings, { steps, install, findServer = findRabbitmqServer }: BrokerOptions): Promise<BrokerChoice> {
  if (settings.amqpUrl) return { external: await external(settings.amqpUrl, settings.managementUrl) };
  const folder = join(settings.folder, 'rabbitmq');
  const ofMachine = () => ownBroker('Private RabbitMQ', folder, () => PrivateBroker.start({ folder }));
  if (findServer()) return ofMachine();
  if (await hasDocker()) return ownBroker('RabbitMQ in Docker', folder, () => BrokerContainer.start(folder));
  if (install && (await ensureServers(['rabbitmq-server'], steps))) return ofMachine();
  throw noBroker();
}

const ownBroker = (title: string, folder: string, make: () => Promise<BrokerServer>): BrokerChoice => ({
  title,
  task: new ServerTask('rabbitmq', join(folder, 'rabbitmq.log'), make),
});

async function external(url: string, managementUrl: string | undefined): Promise<Broker> {
  await assertBroker(url);
  return { title: `RabbitMQ of AMQP_URL (${new URL(url).host})`, url, managementUrl: managementUrl ?? usualManagementUrl(url) };
}

/** The management API beside an AMQP address, on the ports that RabbitMQ gives it by default. */
function usualManagementUrl(amqpUrl: string): string {
  const { protocol, username, password, hostname } = new URL(amqpUrl);
  const [scheme, port] = protocol === 'amqps:' ? ['https', 15671] : ['http', 15672];
  return `${scheme}://${username || 'guest'}:${password || 'guest'}@${hostname}:${port}`;
}

function noBroker(): Refusal {
  const install = process.platform === 'darwin' ? 'brew install rabbitmq' : 'sudo apt-get install rabbitmq-server';
  return new Refusal(
    'There is no RabbitMQ to run on. Do one of these, then start again:\n' +
      `  ${install}\n` +
      '  start a Docker engine, so that `docker version` shows a server\n' +
      '  AMQP_URL=amqp://user:password@host:5672 npm start',
  );
}
