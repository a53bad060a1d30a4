import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTeardown, testBroker, testDatabase } from '@warren/testing';
import { Program } from './program.js';
import { System } from './system.js';

const readyDeadline = 120_000;
const freePorts = Object.fromEntries(['GATEWAY', 'HTTPSERV', 'NOTIFIER', 'MONITOR', 'SENDER', 'RECEIVER'].map((name) => [`${name}_PORT`, '0']));

export interface BootOptions {
  /** After `npm start --`; the flow signal alone where they name none. */
  args?: readonly string[];
  /** Settings of the services. */
  env?: NodeJS.ProcessEnv;
  /** A broker and a database of its own, to be broken; else a vhost and a database on those that the tests share. */
  ownServers?: boolean;
  /** Where it keeps its data, of an earlier start for example. Default: a new one. */
  folder?: string;
}

/** Starts a whole system as `npm start` does, in a temporary folder and on free ports; it is stopped at the end of the Jest file. */
export async function bootSystem({ ownServers = false, folder, ...options }: BootOptions = {}): Promise<System> {
  const home = folder ?? (await temporaryFolder());
  const servers = ownServers ? { AMQP_URL: '', AMQP_MANAGEMENT_URL: '', DATABASE_URL: '' } : await sharedServers();
  const program = startSystem({ ...options, env: { ...servers, ...options.env }, folder: home });
  await program.says('Warren runs at', readyDeadline);
  return new System(home, program);
}

/** The program behind `npm start`, after its launcher has installed and built: whatever becomes of it. */
export function startSystem({ args = [], env = {}, folder }: Pick<BootOptions, 'args' | 'env'> & { folder: string }): Program {
  const flows = args.some((arg) => arg === '--flows' || arg === '--all') ? [] : ['--flows', 'signal'];
  return Program.start('tools/dist/start/main.js', [...flows, ...args], { env: { ...process.env, WARREN_FOLDER: folder, ...freePorts, ...env } });
}

/** One that is removed at the end of the Jest file. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'warren-e2e-'));
  await chmod(folder, 0o711); // the user that Postgres runs as passes through
  onTeardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function sharedServers(): Promise<NodeJS.ProcessEnv> {
  const [broker, database] = await Promise.all([testBroker(), testDatabase()]);
  return { AMQP_URL: broker.url, AMQP_MANAGEMENT_URL: broker.managementUrl, DATABASE_URL: database.url };
}
