import { contract, flow, names } from '@warren/protocol';
import { onTeardown, testBroker, waitFor, type TestBroker } from '@warren/testing';
import { connect, type ChannelModel, type ConfirmChannel } from 'amqplib';
import { z } from 'zod';
import { explainMismatch } from './mismatch.js';
import { declareAlone, declareBand, declareConsumer, declareDeadLetters, declareJournal, declareRequests, declareTerminal } from './topology.js';

const { order, offer, receipt } = flow('shop', {
  order: contract('shop.order', z.object({})),
  offer: contract('shop.offer', z.object({})),
  receipt: contract('shop.receipt', z.object({}), { terminal: true }),
});

interface Binding {
  source: string;
  routing_key: string;
  arguments: Record<string, unknown>;
}

let broker: TestBroker;
let connection: ChannelModel;
let channel: ConfirmChannel;

const args = async (queue: string) =>
  (await waitFor(() => broker.management<{ arguments: object }>(`/api/queues/${broker.vhost}/${queue}`))).arguments;
const bindings = async (queue: string) => {
  const all = await waitFor(() => broker.management<Binding[]>(`/api/queues/${broker.vhost}/${queue}/bindings`));
  return all.filter(({ source }) => source !== '').map(({ source, routing_key, arguments: given }) => [source, routing_key, given]);
};

beforeAll(async () => {
  broker = await testBroker();
  connection = await connect(broker.url);
  onTeardown(() => connection.close());
  channel = await connection.createConfirmChannel();
  for (let times = 0; times < 2; times += 1) { // declaring twice changes nothing
    await declareDeadLetters(channel);
    await declareJournal(channel);
    await declareRequests(channel);
    await declareAlone(channel, 'shop-till');
    await declareConsumer(channel, 'shop.till', order.info, { journal: true });
    await declareTerminal(channel, receipt.info);
    await declareBand(channel, 3);
  } // prettier-ignore
});

describe('a queue on the broker', () => {
  it.each([
    ['shop.till', { 'x-queue-type': 'quorum', 'x-delivery-limit': 20, 'x-dead-letter-exchange': 'warren.dead', 'x-dead-letter-strategy': 'at-least-once', 'x-overflow': 'reject-publish' }],
    ['warren.journal', { 'x-queue-type': 'quorum', 'x-delivery-limit': 1_000_000_000, 'x-single-active-consumer': true }],
    ['warren.dead', { 'x-queue-type': 'quorum', 'x-delivery-limit': 1_000_000_000, 'x-single-active-consumer': true }],
    ['warren.requests', { 'x-queue-type': 'quorum', 'x-delivery-limit': 20, 'x-dead-letter-exchange': 'warren.dead', 'x-dead-letter-strategy': 'at-least-once', 'x-overflow': 'reject-publish', 'x-single-active-consumer': true }],
    ['warren.alone.shop-till', { 'x-queue-type': 'quorum', 'x-delivery-limit': 20, 'x-dead-letter-exchange': 'warren.dead', 'x-dead-letter-strategy': 'at-least-once', 'x-overflow': 'reject-publish' }],
    ['warren.wait.3', { 'x-queue-type': 'quorum', 'x-delivery-limit': 1_000_000_000, 'x-dead-letter-exchange': 'warren.return', 'x-dead-letter-strategy': 'at-least-once', 'x-overflow': 'reject-publish' }],
  ])('has the arguments of the protocol, and no others: %s', async (queue, expected) => {
    expect(await args(queue)).toEqual(expected);
  });
});

describe('what is routed', () => {
  it('to a consumer, its way back included, and a copy of that to the journal', async () => {
    expect((await bindings('shop.till')).sort()).toEqual([['shop.till', '', {}], ['warren.return', 'shop.till', {}]]); // prettier-ignore
    expect(await bindings(names.journal)).toEqual(expect.arrayContaining([['shop.till', '', { 'warren-queue': 'shop.till' }], ['shop', 'shop.receipt', { 'warren-queue': '' }]])); // prettier-ignore
  });

  it('while a consumer is declared reaches both the consumer and the journal, or is returned', async () => {
    await channel.purgeQueue(names.journal);
    const publisher = await connection.createConfirmChannel();
    const desk = { declared: false };
    const declaring = declareConsumer(channel, 'shop.desk', offer.info, { journal: true }).then(() => (desk.declared = true));
    for (let sent = 0; !desk.declared || sent < 3; sent += 1) {
      publisher.publish('shop', 'shop.offer', Buffer.from('{}'), { mandatory: true });
      await publisher.waitForConfirms();
    }

    await declaring;
    const [consumer, journal] = [await channel.checkQueue('shop.desk'), await channel.checkQueue(names.journal)];
    expect(consumer.messageCount).toBeGreaterThan(0);
    expect(journal.messageCount).toBe(consumer.messageCount);
  });

  it('by a band goes back to the queue that it waits for, when its time has come', async () => {
    channel.publish(names.band(3), 'shop.till', Buffer.from('late'), { expiration: '50' });
    await channel.waitForConfirms();

    await waitFor(async () => (await broker.queue('shop.till')).messages === 1);
  });

  it('back to a queue that is gone becomes a dead letter', async () => {
    const before = (await broker.queue(names.dead)).messages;
    channel.publish(names.band(3), 'shop.gone', Buffer.from('lost'), { expiration: '50' });
    await channel.waitForConfirms();

    await waitFor(async () => (await broker.queue(names.dead)).messages === before + 1);
  });

  it('to nobody is returned: no binding takes all, and no alternate exchange hides it', async () => {
    const returned = new Promise<string>((resolve) => channel.once('return', ({ fields }: { fields: { routingKey: string } }) => resolve(fields.routingKey)));
    channel.publish('shop', 'shop.unknown', Buffer.from('{}'), { mandatory: true });

    await expect(returned).resolves.toBe('shop.unknown');
  });
});

describe('a queue that is there with other arguments', () => {
  it('is explained in one line', async () => {
    await channel.assertQueue('shop.classic', { durable: true });
    const connection = await connect(broker.url);
    onTeardown(() => connection.close());
    const other = await connection.createChannel();
    other.on('error', () => undefined);

    const refused: unknown = await declareConsumer(other, 'shop.classic', order.info, { journal: false }).catch((error: unknown) => error);

    expect(explainMismatch(refused)).toMatchObject({ name: 'StartError', message: expect.stringContaining('The queue "shop.classic" on the broker has another ') });
  });
});
