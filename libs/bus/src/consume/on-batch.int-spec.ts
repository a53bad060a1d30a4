import { Injectable } from '@nestjs/common';
import { names } from '@warren/protocol';
import { testBroker, waitFor, type TestBroker } from '@warren/testing';
import { connect, type ConfirmChannel, type ConsumeMessage } from 'amqplib';
import { onTeardown } from '@warren/testing';
import { running, shop, shutDown, startBus, type StartedBus } from '../../test/start-bus.js';
import { OnBatch, Publisher, type Delivery, type Refused } from '../index.js';

const batches: string[][] = [];

@Injectable()
class Journal {
  static fails = 0;
  static reason = 'It cannot be read.';
  static hold: Promise<void> | undefined;

  @OnBatch({ queue: names.journal, size: 10, detach: 'last' })
  async take(deliveries: Delivery[]): Promise<Refused[]> {
    await Journal.hold;
    if (Journal.fails-- > 0) throw new Error('the database is away');
    const refused = deliveries.filter(({ body }) => body.toString() === 'unreadable');
    if (refused.length > 0) return refused.map((delivery) => ({ delivery, cause: { name: 'JournalError', message: Journal.reason } }));
    batches.push(deliveries.filter(({ exchange }) => exchange === 'shop').map(({ body }) => (JSON.parse(body.toString()) as { item: string }).item));
    return [];
  }
}

let broker: TestBroker;
let observer: StartedBus;
let channel: ConfirmChannel;
const items = () => batches.flat();

async function publish(count: number, prefix: string): Promise<string[]> {
  const sent = Array.from({ length: count }, (_, index) => `${prefix}${index}`);
  await Promise.all(sent.map((item) => observer.app.get(Publisher).publish(shop.receipt({ item }))));
  return sent;
}

beforeAll(async () => {
  broker = await testBroker();
  observer = await startBus(broker, [Journal]);
  await observer.bus.apply(running);
  const connection = await connect(broker.url);
  onTeardown(() => connection.close());
  channel = await connection.createConfirmChannel();
});
beforeEach(async () => {
  await observer.bus.apply(running);
  batches.length = 0;
  Object.assign(Journal, { fails: 0, hold: undefined, reason: 'It cannot be read.' });
});

describe('a batch consumer', () => {
  it('gets all deliveries in order, so many at a time at the most', async () => {
    const sent = await publish(35, 'm');

    await waitFor(() => items().length === 35);

    expect(items().sort()).toEqual([...sent].sort());
    expect(Math.max(...batches.map(({ length }) => length))).toBeLessThanOrEqual(10);
  });

  it('gets the same ones again, in the same order, until it has taken them', async () => {
    Journal.fails = 2;
    const sent = await publish(5, 'again');

    await waitFor(() => items().length === 5);

    expect(items()).toEqual(sent);
  });

  it('acknowledges only what it has taken', async () => {
    let release: () => void = () => undefined;
    Journal.hold = new Promise((resolve) => (release = resolve));
    await publish(3, 'held');
    const stopping = observer.bus.apply(shutDown);
    release();
    await stopping;

    await waitFor(async () => (await channel.checkQueue(names.journal)).messageCount === 0);
    expect(items()).toHaveLength(3);
  });

  it('makes dead letters of those that it refuses, and of no other', async () => {
    const dead: ConsumeMessage[] = [];
    const { consumerTag } = await channel.consume(names.dead, (message) => message && dead.push(message), { noAck: true });
    channel.publish('shop', 'shop.receipt', Buffer.from('unreadable'));

    await waitFor(() => dead.length > 0);

    expect(dead[0]?.content.toString()).toBe('unreadable');
    expect(dead[0]?.properties.headers).toMatchObject({ 'warren-queue': names.journal, 'warren-cause': '{"name":"JournalError","message":"It cannot be read."}' });
    await publish(1, 'after');
    await waitFor(() => items().includes('after0'));
    expect(dead).toHaveLength(1);
    await channel.cancel(consumerTag);
  });

  it('is not held up by a refusal that no header can hold', async () => {
    const dead: ConsumeMessage[] = [];
    const { consumerTag } = await channel.consume(names.dead, (message) => message && dead.push(message), { noAck: true });
    Journal.reason = 'x'.repeat(200_000);
    channel.publish('shop', 'shop.receipt', Buffer.from('unreadable'));

    await waitFor(() => dead.length > 0);
    await channel.cancel(consumerTag);

    expect(dead[0]?.properties.headers?.['warren-cause']).toBe(`{"name":"JournalError","message":"${'x'.repeat(1_000)}"}`);
  });

  it('that leaves last stays while the others stop', async () => {
    await observer.bus.apply({ ...shutDown, attached: 'journal' });
    channel.publish('shop', 'shop.receipt', Buffer.from('{"item":"meanwhile"}'));

    await waitFor(() => items().includes('meanwhile'));

    await observer.bus.apply({ ...shutDown, epoch: 9 });
    channel.publish('shop', 'shop.receipt', Buffer.from('{"item":"waits"}'));
    await channel.waitForConfirms();
    await waitFor(async () => (await channel.checkQueue(names.journal)).messageCount === 1);
    expect(items()).not.toContain('waits');
  });
});
