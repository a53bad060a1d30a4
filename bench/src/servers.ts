import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PrivateBroker, PrivateDatabase } from '@warren/testing';
import { atEnd } from './harness/at-end.js';

/** The broker and the database that the runs use, through AMQP_URL, AMQP_MANAGEMENT_URL and DATABASE_URL. */
export interface Servers {
  /** Process ids of those that are ours, to see what they use. */
  readonly pids: ReadonlyMap<'broker' | 'database', number>;
  close(): Promise<void>;
}

/** Starts what the environment does not name, in a temporary folder. */
export async function openServers(): Promise<Servers> {
  const folder = await mkdtemp(join(tmpdir(), 'warren-bench-'));
  const pids = new Map<'broker' | 'database', number>();
  const stops: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
  const close = atEnd(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });
  try {
    if (!process.env['AMQP_URL']) {
      const broker = await PrivateBroker.start({ folder: join(folder, 'rabbitmq') });
      stops.push(() => broker.stop());
      pids.set('broker', broker.pid);
      Object.assign(process.env, { AMQP_URL: broker.url, AMQP_MANAGEMENT_URL: broker.managementUrl });
    }
    if (!process.env['DATABASE_URL']) {
      const database = await PrivateDatabase.start({ folder: join(folder, 'postgres') });
      stops.push(() => database.stop());
      pids.set('database', database.pid);
      process.env['DATABASE_URL'] = database.url;
    }
    return { pids, close };
  } catch (error) {
    await close();
    throw error;
  }
}
