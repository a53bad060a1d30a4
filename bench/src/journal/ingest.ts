import { join } from 'node:path';
import { infoOf, newId, writeEnvelope } from '@warren/protocol';
import { waitFor, type TestDatabase } from '@warren/testing';
import { connect, type ConfirmChannel } from 'amqplib';
import { RoleProcess } from '../harness/role-process.js';
import { trade } from './flow.js';

/** Bytes of a body; what of them should be journalled in a second. */
const sizes = [{ size: 1_000, target: null }, { size: 13_000, target: 5_000 }] as const;
/** Published and not yet confirmed. */
const window = 500;
/** Of the taker. */
const queue = 'bench.taken';
/** Journalled in a second, at the least: slower than that has got stuck. */
const slowest = 100;

/** How fast messages of one size come into the journal. */
export interface Ingestion {
  /** Bytes of a body. */
  size: number;
  /** Messages in a second, from the first publish until the last was committed. */
  rate: number;
  /** The same messages through a quorum queue, to somebody who only acknowledges them. */
  queue: number;
  target: number | null;
}

/** Publishes messages that go to the journal alone and then through a queue, each size after the other, as fast as the broker confirms them. */
export async function ingest(amqpUrl: string, database: Pick<TestDatabase, 'query'>, messages: number): Promise<Ingestion[]> {
  const connection = await connect(amqpUrl);
  try {
    const channel = await connection.createConfirmChannel();
    const results: Ingestion[] = [];
    for (const { size, target } of sizes) {
      const bodies = Array.from({ length: 50 }, (_, n) => bodyOf(n, size));
      const rate = await rateOf(messages, () => journal(channel, database, bodies, messages));
      results.push({ size, target, rate, queue: await throughQueue(amqpUrl, channel, bodies, messages) });
    }
    return results;
  } finally {
    await connection.close();
  }
}

/** In a second. */
async function rateOf(messages: number, carry: () => Promise<unknown>): Promise<number> {
  const before = performance.now();
  await carry();
  return messages / ((performance.now() - before) / 1_000);
}

async function journal(channel: ConfirmChannel, database: Pick<TestDatabase, 'query'>, bodies: readonly Buffer[], messages: number): Promise<void> {
  const last = await publishAll(channel, [infoOf(trade).exchange, trade.delivered.info.topic], bodies, messages);
  const committed = async () => (await database.query('select from observer.messages where id = $1', [last])).length === 1;
  await waitFor(committed, { timeout: 60_000 + (messages / slowest) * 1_000, interval: 50, what: `${messages} messages in the journal` });
}

async function throughQueue(amqpUrl: string, channel: ConfirmChannel, bodies: readonly Buffer[], messages: number): Promise<number> {
  const taker = await RoleProcess.start(join(__dirname, 'taker.js'), 'taker', { AMQP_URL: amqpUrl, BENCH_QUEUE: queue, BENCH_MESSAGES: String(messages) });
  try {
    return await rateOf(messages, () => Promise.all([taker.heard('done'), publishAll(channel, ['', queue], bodies, messages)]));
  } finally {
    await taker.stop();
    await channel.deleteQueue(queue);
  }
}

/** The journal takes them in the order of the queue. @returns the id of the last */
async function publishAll(channel: ConfirmChannel, [exchange, key]: readonly [string, string], bodies: readonly Buffer[], messages: number): Promise<string> {
  const { type } = trade.delivered.info;
  let id = '';
  for (let n = 0; n < messages; n += 1) {
    id = newId();
    const envelope = { id, type, service: 'bench', journey: id, at: Date.now(), run: 1, attempt: 1, redrive: 0 };
    channel.publish(exchange, key, bodies[n % bodies.length] as Buffer, { ...writeEnvelope(envelope), persistent: true, mandatory: true });
    if (n % window === window - 1) await channel.waitForConfirms();
  }
  await channel.waitForConfirms();
  return id;
}

/** JSON of that many bytes, in which words come again as they do in real ones: compressed it is a fifth. */
export function bodyOf(n: number, size: number): Buffer {
  const payload = { n, user: { id: n * 7_919, city: 'Graz' }, amount: n / 10, note: '', lines: [] as object[] };
  for (let line = 0; JSON.stringify(payload).length < size - 150; line += 1) {
    const article = (n * 7_919 + line * 104_729) % 1_000_003;
    payload.lines.push({ article: `A-${article.toString(36)}`, name: `Article ${article % 977}`, count: article % 12, price: article / 100, delivered: article % 2 === 0 });
  }
  payload.note = 'x'.repeat(size - JSON.stringify(payload).length);
  return Buffer.from(JSON.stringify(payload));
}
