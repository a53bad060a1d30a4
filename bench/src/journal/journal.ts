import { join } from 'node:path';
import { testBroker, testDatabase, waitFor, type TestDatabase } from '@warren/testing';
import { Warren } from '../harness/warren.js';
import { openServers } from '../servers.js';
import { fill, firstRun } from './fill.js';
import { ingest, type Ingestion } from './ingest.js';
import { readLogs, type LogResult } from './log.js';
import { timeReads, type Told } from './reads.js';

/** Of fewer messages no figure says anything: nobody waits for the observer's statistics of them. */
const fewest = 100_000;
/** Messages of each size that are put in at the most. */
const ingested = 50_000;
/** The journal is to be kept as it is, and not to stop anybody. */
const settings = { JOURNAL_RETENTION_DAYS: '30', JOURNAL_RETENTION_BYTES: String(2 ** 40) };

/** What the bench came to. */
export interface JournalResult {
  /** Counted in the journal. */
  messages: number;
  reads: Told[];
  log: LogResult;
  ingestions: Ingestion[];
}

type Say = (line: string) => void;

/** Has Warren keep many messages: how soon it finds some of them, how fast it reads out a log, how fast more come in. @throws when fewer are there than were asked for */
export async function benchJournal(messages: number, say: Say): Promise<JournalResult> {
  const servers = await openServers();
  try {
    const [broker, database] = [await testBroker(), await testDatabase()];
    const urls = { AMQP_URL: broker.url, AMQP_MANAGEMENT_URL: broker.managementUrl, DATABASE_URL: database.url };
    const warren = await Warren.start({ service: join(__dirname, 'trade.js'), env: { ...urls, ...settings } });
    try {
      return await measure(warren, broker.url, database, messages, say);
    } finally {
      await warren.stop();
      await database.remove();
      await broker.remove();
    }
  } finally {
    await servers.close();
  }
}

async function measure(warren: Warren, amqpUrl: string, database: TestDatabase, messages: number, say: Say): Promise<JournalResult> {
  await waitFor(() => isAnnounced(warren.url), { timeout: 30_000, what: 'the flow trade' });
  const filled = await fill(database, messages, (done) => say(`${done} messages stored`));
  say(`count(*) ${filled.messages}`);
  if (filled.messages < messages) throw new Error(`The journal has ${filled.messages} messages and not ${messages}.`);
  if (messages >= fewest) await waitFor(() => isRolledUp(database), { timeout: 900_000, interval: 1_000, what: 'the statistics of what was filled in' });
  const reads = await timeReads(warren.url, database, filled);
  const pids = new Map(['signal-httpserv', 'gateway'].map((name) => [name, warren.pid(name)]));
  const log = await readLogs(`${warren.url}/messages?flow=trade&run=${firstRun + 2}`, pids);
  const ingestions = await ingest(amqpUrl, database, Math.min(ingested, messages));
  return { messages: filled.messages, reads, log, ingestions };
}

/** The observer rolls up statistics as far back as a day, the newest first, and would do so beside what is measured. */
const isRolledUp = async (database: TestDatabase): Promise<boolean> =>
  (await database.query(`select from observer.slots where rolled and minutes = 1 and slot < now() - interval '24 hours 50 minutes'`)).length > 0;

const isAnnounced = async (url: string): Promise<boolean> => (await (await fetch(`${url}/api/v1/flows`)).text()).includes('trade.delivered');
