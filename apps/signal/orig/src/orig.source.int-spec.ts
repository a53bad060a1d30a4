import { type INestApplicationContext } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Bus } from '@warren/bus';
import { signal } from '@warren/contracts';
import { type Command } from '@warren/protocol';
import { onTeardown, testBroker, testDatabase, waitFor } from '@warren/testing';
import { connect } from 'amqplib';

const running: Command = { epoch: 1, run: 1, state: 'RUNNING', sources: true, attached: 'all' };
const paused: Command = { ...running, epoch: 2, state: 'PAUSED', sources: false };

/** What came to imed's queue, in its order. */
const texts: string[] = [];
let app: INestApplicationContext;

beforeAll(async () => {
  const broker = await testBroker();
  const database = await testDatabase();
  Object.assign(process.env, { AMQP_URL: broker.url, DATABASE_URL: database.url, ORIG_INTERVAL: '40', LOG_LEVEL: 'fatal' });
  const connection = await connect(broker.url);
  onTeardown(() => connection.close());
  const channel = await connection.createChannel();
  const { exchange, topic } = signal.original.info;
  await channel.assertExchange(exchange, 'topic', { durable: true });
  const { queue } = await channel.assertQueue('', { exclusive: true });
  await channel.bindQueue(queue, exchange, topic);
  await channel.consume(queue, (message) => message && texts.push((JSON.parse(message.content.toString()) as { text: string }).text), { noAck: true });
  const { OrigModule } = await import('./orig.module.js'); // reads the environment
  const module = await Test.createTestingModule({ imports: [OrigModule] }).compile();
  onTeardown(() => module.close());
  app = await module.init();
  await waitFor(() => app.get(Bus).connected);
});

const apply = (command: Command) => app.get(Bus).apply(command);
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `MSG_${index + 1}`);

describe('orig', () => {
  it('publishes nothing before it has heard that the system runs', () => {
    expect(texts).toEqual([]);
  });

  it('publishes MSG_1, MSG_2, … while the system runs', async () => {
    await apply(running);

    await waitFor(() => texts.length >= 3);

    expect(texts.slice(0, 3)).toEqual(numbered(3));
  });

  it('goes on with the next number after a pause, in which it publishes nothing', async () => {
    await apply(paused);
    const before = texts.length;
    await apply({ ...running, epoch: 3 });

    await waitFor(() => texts.length >= before + 2);

    expect(texts).toEqual(numbered(texts.length));
  });

  it('begins again from 1 in a new run', async () => {
    await apply({ ...paused, epoch: 4 });
    texts.length = 0;

    await apply({ ...running, epoch: 5, run: 2 });

    await waitFor(() => texts.length >= 2);
    expect(texts.slice(0, 2)).toEqual(numbered(2));
  });
});
