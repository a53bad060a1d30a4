import { type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Bus } from '@warren/bus';
import { takenBy } from '@warren/contracts';
import { Database, sql } from '@warren/database';
import { newId, writeEnvelope, type Command } from '@warren/protocol';
import { onTeardown, testBroker, testDatabase, waitFor, type TestBroker } from '@warren/testing';
import { connect, type ConfirmChannel } from 'amqplib';
import { HandledStore } from './handled.store.js';

const running: Command = { epoch: 1, run: 1, state: 'RUNNING', sources: true, attached: 'all' };
const published = Date.parse('2026-11-26T06:40:00.000Z');

/** What the next stage gets. */
const passed: { id: string; text: string; body: string }[] = [];
let broker: TestBroker;
let app: INestApplicationContext;
let channel: ConfirmChannel;

beforeAll(async () => {
  const database = await testDatabase();
  broker = await testBroker();
  Object.assign(process.env, { AMQP_URL: broker.url, DATABASE_URL: database.url, RELAY_STAGE: 'a', RELAY_WAIT_LEAST: '0', RELAY_WAIT_MOST: '200', LOG_LEVEL: 'fatal' });
  const connection = await connect(broker.url);
  onTeardown(() => connection.close());
  channel = await connection.createConfirmChannel();
  const { exchange, topic } = takenBy('b').info;
  await channel.assertExchange(exchange, 'topic', { durable: true });
  const { queue } = await channel.assertQueue('', { exclusive: true });
  await channel.bindQueue(queue, exchange, topic);
  await channel.consume(queue, (message) => {
    const body = message?.content.toString() ?? '';
    passed.push({ id: String(message?.properties.messageId), text: (JSON.parse(body) as { text: string }).text, body });
  }, { noAck: true }); // prettier-ignore
  const { StageModule } = await import('./stage.module.js'); // reads the environment
  app = await NestFactory.createApplicationContext(StageModule, { logger: false });
  onTeardown(() => app.close());
  await waitFor(() => app.get(Bus).connected && app.get(Database).ready);
  await app.get(Bus).apply(running);
  await waitFor(async () => (await broker.queue('relay.a')).consumers === 1);
}, 30_000);
beforeEach(() => void (passed.length = 0));

function publish(text: string, { id = newId(), at = published } = {}): void {
  const { exchange, topic, type } = takenBy('a').info;
  const envelope = { id, type, service: 'relay-first', journey: id, at, run: 1, attempt: 1, redrive: 0 };
  channel.publish(exchange, topic, Buffer.from(JSON.stringify({ text })), writeEnvelope(envelope));
}

describe('a stage', () => {
  it('adds its name and its time, and the first one that at which the message was published', async () => {
    publish('seq-1');
    const { body } = await waitFor(() => passed[0]);

    const { handled, updatedAt, ...rest } = JSON.parse(body) as { handled: { a: string }; updatedAt: string; waited: number };
    expect(rest).toEqual({ text: 'seq-1', history: ['a'], waited: expect.any(Number), createdAt: '2026-11-26T06:40:00.000Z' });
    expect(handled).toEqual({ a: updatedAt });
    expect(Math.abs(Date.parse(updatedAt) - Date.now())).toBeLessThan(5_000);
  });

  it('makes the same of a message that comes again, also where it was published again later', async () => {
    const id = newId();
    publish('seq-2', { id });
    await waitFor(() => passed.length === 1);

    publish('seq-2', { id, at: published + 60_000 });
    publish('seq-2', { id, at: published + 90_000 });

    await waitFor(() => passed.length === 3);
    expect(new Set(passed.map((one) => `${one.id} ${one.body}`)).size).toBe(1);
  });

  it('keeps ten at a time, and lets them overtake each other', async () => {
    const texts = Array.from({ length: 40 }, (_, n) => `seq-${n}`);
    for (const text of texts) publish(text);

    await waitFor(() => passed.length === texts.length);

    const order = passed.map(({ text }) => text);
    expect(order.toSorted()).toEqual(texts.toSorted());
    expect(order).not.toEqual(texts);
    // The last ones cannot overtake the first ones: there is room for ten.
    expect(order.indexOf('seq-0')).toBeLessThan(order.indexOf('seq-39'));
  });

  it('waits with a message while its database cannot be written', async () => {
    const { kysely } = app.get(Database);
    await sql`alter table handled rename to gone`.execute(kysely);
    publish('seq-3');
    await waitFor(async () => (await broker.queue('warren.wait.3')).messages === 1);
    expect(passed).toEqual([]);

    await sql`alter table gone rename to handled`.execute(kysely);

    await waitFor(() => passed.length === 1, { timeout: 10_000 });
  }, 20_000);

  it('forgets what was handled more than a week ago, bit by bit', async () => {
    const store = app.get(HandledStore);
    const at = (days: number) => new Date(Date.now() - days * 86_400_000);
    const [recent, old] = [newId(), newId()];
    await store.first({ message: recent, published: at(6), at: at(6) });
    await store.first({ message: old, published: at(8), at: at(8) });

    await store.first({ message: newId(), published: at(0), at: at(0) });

    const { rows } = await sql<{ message: string }>`select message from handled where message in (${recent}, ${old})`.execute(app.get(Database).kysely);
    expect(rows).toEqual([{ message: recent }]);
  });
});
