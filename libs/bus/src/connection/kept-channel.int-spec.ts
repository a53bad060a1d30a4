import { once } from 'node:events';
import { FaultProxy, onTeardown, testBroker, waitFor } from '@warren/testing';
import { connect, type AmqpConnectionManager } from 'amqp-connection-manager';
import type { ConfirmChannel } from 'amqplib';
import { keepChannel, type Setup } from './kept-channel.js';

let network: FaultProxy;
let managed: AmqpConnectionManager;
const setUp: ConfirmChannel[] = [];

const keep = (setup: Setup = () => Promise.resolve()) =>
  keepChannel(managed, async (channel) => {
    setUp.push(channel);
    await setup(channel);
  });

beforeAll(async () => {
  const broker = await testBroker();
  network = await FaultProxy.to(broker.url);
  onTeardown(() => network.close());
});
beforeEach(async () => {
  setUp.length = 0;
  managed = connect([network.url], { reconnectTimeInSeconds: 0.1 });
  await once(managed, 'connect');
});
afterEach(async () => {
  network.restore();
  await managed.close();
});

describe('a kept channel', () => {
  it('is opened again when the broker closes it', async () => {
    const channel = keep();
    const first = await channel.opened();
    await expect(first.checkQueue('missing')).rejects.toThrow('NOT_FOUND');

    const second = await channel.opened();

    expect(second).not.toBe(first);
    await expect(second.assertQueue('', { exclusive: true })).resolves.toBeDefined();
  });

  it('is opened again with the connection', async () => {
    const channel = keep();
    const first = await channel.opened();
    network.cut();
    await waitFor(() => !channel.current);
    network.restore();

    expect(await channel.opened()).not.toBe(first);
  });

  it('is one channel, however often it is asked to open', async () => {
    const channel = keep();
    for (let times = 0; times < 3; times += 1) managed.emit('connect', {});

    await channel.opened();
    await managed.connection!.createChannel(); // a round trip, in which a second one would have come

    expect(setUp).toHaveLength(1);
  });

  it('is set up again when that failed', async () => {
    const channel = keep(() => (setUp.length < 2 ? Promise.reject(new Error('not yet')) : Promise.resolve()));

    await channel.opened();

    expect(setUp).toHaveLength(2);
  });

  it('closes also when its connection ends before the broker has answered', async () => {
    const channel = keep();
    await channel.opened();
    network.hang();
    const closing = channel.close();

    network.cut();

    await expect(closing).resolves.toBeUndefined();
  });

  it('that is closed while it is opened does not stay, and who waits for it is told', async () => {
    const channel = keep();
    const waiting = channel.opened();
    await Promise.all([expect(waiting).rejects.toThrow('closed'), channel.close()]);

    await waitFor(() => setUp.length === 1);
    await expect(setUp[0]!.checkQueue('any')).rejects.toThrow('closed');
    expect(channel.current).toBeUndefined();
  });

  it('leaves nothing behind on the connection, however often it is kept and closed', async () => {
    const before = managed.listenerCount('connect');
    for (let times = 0; times < 20; times += 1) {
      const channel = keep();
      await channel.opened();
      await channel.close();
    }

    expect(managed.listenerCount('connect')).toBe(before);
  });
});
