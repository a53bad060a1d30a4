import { type INestApplicationContext, type LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Database, sql } from '@warren/database';
import { newId, type PayloadOf } from '@warren/protocol';
import { type relay } from '@warren/contracts';
import { type Received } from '@warren/bus';
import { onTeardown, testBroker, testDatabase, waitFor } from '@warren/testing';
import { FinishedStore } from './finished.store.js';
import { LastConsumer } from './last.consumer.js';
import { type Line } from './line.js';

const payload: PayloadOf<typeof relay.finished> = { text: 'seq-1', history: ['a'], handled: {}, waited: 0 };
const message = (id: string): Received<typeof relay.finished> =>
  ({ id, journey: id, run: 1, attempt: 1, redrive: 0, at: Date.now(), foreign: false, queue: 'relay.last', payload });

const lines: Line[] = [];
const logger: LoggerService = { log: (line: Line, context: string) => context === 'Finished' && lines.push(line), error: () => undefined, warn: () => undefined };
let app: INestApplicationContext;
const linesOf = (id: string) => lines.filter((line) => line.broker_message_id === id);

beforeAll(async () => {
  const [broker, database] = await Promise.all([testBroker(), testDatabase()]);
  Object.assign(process.env, { AMQP_URL: broker.url, DATABASE_URL: database.url, LOG_LEVEL: 'fatal' });
  const { LastModule } = await import('./last.module.js'); // reads the environment
  app = await NestFactory.createApplicationContext(LastModule, { logger });
  onTeardown(() => app.close());
  await waitFor(() => app.get(Database).ready);
}, 30_000);

describe('last', () => {
  it('logs a message that comes again once, also when both are in hand at the same time', async () => {
    const consumer = app.get(LastConsumer);
    const id = newId();

    await Promise.all(Array.from({ length: 5 }, () => consumer.finish(message(id))));
    await consumer.finish(message(id));

    expect(linesOf(id)).toMatchObject([{ text: 'seq-1', history: ['a'] }]);
  });

  it('logs a message again whose line it could not store, so that none is missing', async () => {
    const store = app.get(FinishedStore);
    const id = newId();
    let times = 0;
    const failing = () => {
      times += 1;
      if (times === 1) throw new Error('The process ends here.');
    };

    await expect(store.once(id, new Date(), failing)).rejects.toThrow('ends here');
    await store.once(id, new Date(), failing);
    await store.once(id, new Date(), failing);

    expect(times).toBe(2);
  });

  it('forgets what was finished more than a week ago, bit by bit', async () => {
    const store = app.get(FinishedStore);
    const finish = async (id: string, days: number) => store.once(id, new Date(Date.now() - days * 86_400_000), () => undefined);
    const [recent, old] = [newId(), newId()];
    await finish(recent, 6);
    await finish(old, 8);

    await finish(newId(), 0);

    const { rows } = await sql<{ message: string }>`select message from finished where message in (${recent}, ${old})`.execute(app.get(Database).kysely);
    expect(rows).toEqual([{ message: recent }]);
  });
});
