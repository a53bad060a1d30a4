import { names } from '@warren/protocol';
import { FaultProxy, onTeardown, testBroker, waitFor, type TestBroker } from '@warren/testing';
import { connect, type GetMessage } from 'amqplib';
import { Books, forgetAll, seen } from '../test/counters.js';
import { probe } from '../test/probe.js';
import { shop, startBus, type StartedBus } from '../test/start-bus.js';
import { Publisher } from './index.js';
import { limits } from './publish/outbound.js';

let broker: TestBroker;
let network: FaultProxy;
let command: StartedBus;

const start = async (providers: Parameters<typeof startBus>[1] = [], journal = false) => {
  command = await startBus({ url: network.url }, providers, [], { standalone: true, journal });
};
const publish = (item: string) => command.app.get(Publisher).publish(shop.order({ item }));
const queues = async () => (await broker.management<{ name: string }[]>(`/api/queues/${broker.vhost}`)).map(({ name }) => name);

/** Somebody else's consumer. */
async function taker(): Promise<() => Promise<GetMessage | false>> {
  const connection = await connect(broker.url);
  onTeardown(() => connection.close());
  const channel = await connection.createChannel();
  await channel.assertExchange('shop', 'topic', { durable: true });
  await channel.assertQueue('others');
  await channel.bindQueue('others', 'shop', 'shop.order');
  return () => channel.get('others', { noAck: true });
}

beforeEach(async () => {
  forgetAll();
  broker = await testBroker();
  network = await FaultProxy.to(broker.url);
});
afterEach(async () => {
  limits.deadline = 10_000;
  await command.app.close();
  await network.close();
});

describe('a process without a gateway and a journal', () => {
  it('publishes as soon as it has started, in no run', async () => {
    const take = await taker();
    await start();

    const { id } = await publish('tea');

    const taken = await take();
    expect(taken).toMatchObject({ properties: { messageId: id, correlationId: id, appId: 'shop-till' } });
    expect(taken && Object.keys(taken.properties.headers ?? {})).not.toContain('warren-run');
  });

  it('declares nothing but the exchange that it publishes to', async () => {
    await start();
    // often enough for what must not be declared to be there
    for (let times = 0; times < 50; times += 1) await expect(publish('tea')).rejects.toMatchObject({ name: 'UnroutableError' });

    expect(await queues()).toEqual([]);
  });

  it('publishes again after it lost its connection', async () => {
    const take = await taker();
    await start();
    await publish('first');
    network.cut();
    await waitFor(() => !command.bus.connected);
    network.restore();

    await publish('second');

    expect([await take(), await take()].map((one) => one && (JSON.parse(one.content.toString()) as unknown))).toEqual([{ item: 'first' }, { item: 'second' }]);
  });

  it('is told within the deadline that the broker is away', async () => {
    network.cut();
    limits.deadline = 300;
    await start();

    await expect(publish('tea')).rejects.toMatchObject({ name: 'PublishTimeoutError' });
  });

  it('starts nothing once it stops', async () => {
    await start();
    await command.bus.stop();

    await expect(publish('tea')).rejects.toMatchObject({ name: 'SourcesClosedError' });
  });
});

describe('a process without a gateway that has consumers', () => {
  it('declares and announces them, and attaches none', async () => {
    await start([Books], true);
    const wire = await waitFor(() => probe(broker));
    expect((await wire.next(names.journal, 'warren.announcement')).properties.type).toBe('warren.announcement');

    await command.app.get(Publisher).publish(shop.receipt({ item: 'tea' }));

    await expect(broker.queue('shop.books')).resolves.toEqual({ messages: 1, consumers: 0 });
    expect(seen).toEqual([]);
  });
});
