import { join } from 'node:path';
import { newId } from '@warren/protocol';
import { testBroker, testDatabase, type TestDatabase, waitFor } from '@warren/testing';
import { memoryDuring, type Course } from '../harness/memory.js';
import { type Read } from '../harness/timing.js';
import { Warren } from '../harness/warren.js';
import { openServers } from '../servers.js';
import { fill } from './fill.js';
import { timeReads } from './reads.js';
import { redriveAll } from './redrive.js';

export interface DeadLettersOptions {
  letters: number;
  /** Print JSON and nothing else. */
  json: boolean;
}

/** What the bench came to. */
export interface DeadLettersResult {
  letters: number;
  reads: Read[];
  /** Letters in a second, from the request until the last was handled. */
  rate: number;
  /** By process. */
  memory: ReadonlyMap<string, Course>;
}

type Say = (line: string) => void;

/** Has Warren look after many dead letters: how soon it shows them, and what a redrive of all of them takes. */
export async function benchDeadLetters({ letters }: DeadLettersOptions, say: Say): Promise<DeadLettersResult> {
  const servers = await openServers();
  try {
    const [broker, database] = [await testBroker(), await testDatabase()];
    const warren = await Warren.start({ service: join(__dirname, 'shop.js'), env: { AMQP_URL: broker.url, AMQP_MANAGEMENT_URL: broker.managementUrl, DATABASE_URL: database.url } });
    try {
      await publishOne(warren.url, database);
      await fill(database, letters, (done) => say(`${done} letters stored`));
      return await measure(warren, letters, say);
    } finally {
      await warren.stop();
      await database.remove();
      await broker.remove();
    }
  } finally {
    await servers.close();
  }
}

/** The journal makes today's partitions for it. Resolves when it is there. */
async function publishOne(url: string, database: TestDatabase): Promise<void> {
  const body = JSON.stringify({ n: 0, user: { id: 0, city: 'Graz' }, amount: 0, note: newId() });
  const publish = () => fetch(`${url}/api/v1/flows/shop/order`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  await waitFor(async () => (await publish()).status === 202, { interval: 100, what: 'a message to the shop' });
  await waitFor(async () => (await database.query('select from observer.hops limit 1')).length === 1, { what: 'its hop in the journal' });
}

async function measure(warren: Warren, letters: number, say: Say): Promise<DeadLettersResult> {
  const reads = await timeReads(warren.url);
  const pids = new Map(['observer', 'gateway'].map((name) => [name, warren.pid(name)]));
  const started = performance.now();
  let last = started;
  const progress = (done: number, handled: number) => {
    if (performance.now() - last < 10_000) return;
    last = performance.now();
    say(`${done} redriven, ${handled} handled`);
  };
  const { memory } = await memoryDuring(pids, () => redriveAll(warren.url, letters, progress));
  return { letters, reads, rate: letters / ((performance.now() - started) / 1_000), memory };
}
