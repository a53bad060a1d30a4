import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTeardown, testBroker, testDatabase } from '@warren/testing';
import { StartProgram } from './start-program.js';
import { System } from './system.js';

export interface BootOptions {
  /** After `npm start --`. */
  args?: readonly string[];
  /** Settings of the services. */
  env?: NodeJS.ProcessEnv;
  /** A broker and a database of its own, to be broken; else a vhost and a database on those that the tests share. */
  ownServers?: boolean;
}

/** Starts a whole system as `npm start` does, in a temporary folder and on free ports; it is stopped at the end of the Jest file. */
export async function bootSystem({ args = [], env = {}, ownServers = false }: BootOptions = {}): Promise<System> {
  const folder = await mkdtemp(join(tmpdir(), 'warren-e2e-'));
  await chmod(folder, 0o711); // the user that Postgres runs as passes through
  onTeardown(() => rm(folder, { recursive: true, force: true }));
  const servers = ownServers ? { AMQP_URL: '', AMQP_MANAGEMENT_URL: '', DATABASE_URL: '' } : await sharedServers();
  const own = { ...process.env, ...servers, WARREN_FOLDER: folder, GATEWAY_PORT: '0', HTTPSERV_PORT: '0' };
  const program = StartProgram.spawn(args, { ...own, ...env });
  onTeardown(async () => {
    await program.stop();
  });
  await program.ready();
  return new System(folder, program);
}

async function sharedServers(): Promise<NodeJS.ProcessEnv> {
  const [broker, database] = await Promise.all([testBroker(), testDatabase()]);
  return { AMQP_URL: broker.url, AMQP_MANAGEMENT_URL: broker.managementUrl, DATABASE_URL: database.url };
}
