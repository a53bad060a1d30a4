import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PrivateBroker, PrivateDatabase } from '@warren/testing';

/** What the tests run against: private, on free ports, in a temporary folder. */
export interface TestServers {
  folder: string;
  /** AMQP_URL, AMQP_MANAGEMENT_URL, DATABASE_URL. */
  env: NodeJS.ProcessEnv;
  /** Ends both and deletes the folder. */
  stop(): Promise<void>;
}

/** Tests open more connections than a system in production, and a lost database costs them nothing. */
const settings = { max_connections: '300', fsync: 'off' };

/** @param withBroker false where RabbitMQ is not to be had: then AMQP_URL is not set. */
export async function startServers(withBroker: boolean): Promise<TestServers> {
  const folder = await mkdtemp(join(tmpdir(), 'warren-test-'));
  await chmod(folder, 0o711); // the user that Postgres runs as passes through
  const starting = [
    PrivateDatabase.start({ folder: join(folder, 'postgres'), settings }),
    ...(withBroker ? [PrivateBroker.start({ folder: join(folder, 'rabbitmq') })] : []),
  ];
  const started = await Promise.allSettled(starting);
  const servers = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const stop = async () => {
    await Promise.all(servers.map((server) => server.stop()));
    await rm(folder, { recursive: true, force: true });
  };
  const failure = started.find((one) => one.status === 'rejected');
  if (failure) await stop();
  if (failure) throw failure.reason;
  return { folder, env: Object.assign({}, ...servers.map(environmentOf)) as NodeJS.ProcessEnv, stop };
}

function environmentOf(server: PrivateBroker | PrivateDatabase): NodeJS.ProcessEnv {
  return server instanceof PrivateBroker ? { AMQP_URL: server.url, AMQP_MANAGEMENT_URL: server.managementUrl } : { DATABASE_URL: server.url };
}
