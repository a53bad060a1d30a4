import { type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Bus } from '@warren/bus';
import { entrance } from '@warren/contracts';
import { Database, sql } from '@warren/database';
import { tickId, type Command } from '@warren/protocol';
import { onTeardown, testBroker, testDatabase, waitFor } from '@warren/testing';
import { connect } from 'amqplib';

const running: Command = { epoch: 1, run: 1, state: 'RUNNING', sources: true, attached: 'all' };
const count = 5;

/** What came to the first stage, in its order. */
const came: { id: string; text: string }[] = [];

beforeAll(async () => {
  const [broker, database] = await Promise.all([testBroker(), testDatabase()]);
  Object.assign(process.env, { AMQP_URL: broker.url, DATABASE_URL: database.url, RELAY_COUNT: String(count), RELAY_INTERVAL: '5', LOG_LEVEL: 'fatal' });
  const connection = await connect(broker.url);
  onTeardown(() => connection.close());
  const channel = await connection.createChannel();
  const { exchange, topic } = entrance.info;
  await channel.assertExchange(exchange, 'topic', { durable: true });
  const { queue } = await channel.assertQueue('', { exclusive: true });
  await channel.bindQueue(queue, exchange, topic);
  await channel.consume(queue, (message) => message && came.push({ id: String(message.properties.messageId), ...(JSON.parse(message.content.toString()) as { text: string }) }), { noAck: true });
}, 30_000);

/** A process of first that has heard the state. */
async function start(command: Command): Promise<INestApplicationContext> {
  const { FirstModule } = await import('./first.module.js'); // reads the environment
  const app = await NestFactory.createApplicationContext(FirstModule, { logger: false });
  onTeardown(() => app.close());
  await waitFor(() => app.get(Bus).connected && app.get(Database).ready);
  await app.get(Bus).apply(command);
  return app;
}

const all = (run: number) => Array.from({ length: count }, (_, index) => ({ id: tickId('relay.first', run, index + 1), text: `seq-${index + 1}` }));

describe('first', () => {
  it('starts so many messages once in each run', async () => {
    const app = await start(running);
    await waitFor(() => came.length >= count);

    await app.get(Bus).apply({ ...running, epoch: 2, state: 'PAUSED', sources: false });
    await app.get(Bus).apply({ ...running, epoch: 3 });
    const { kysely } = app.get(Database);
    await waitFor(async () => (await sql`select from timer_source where epoch = 3 and due < now() - interval '100 ms'`.execute(kysely)).rows.length === 1);
    await app.get(Bus).apply({ ...running, epoch: 4, run: 2 });

    await waitFor(() => came.length >= 2 * count);
    expect(came).toEqual([...all(1), ...all(2)].map((one) => expect.objectContaining(one) as unknown));
  }, 20_000);
});
