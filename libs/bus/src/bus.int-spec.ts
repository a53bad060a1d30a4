import { Injectable } from '@nestjs/common';
import { FaultProxy, testBroker, waitFor, type TestBroker } from '@warren/testing';
import { running, shop, shutDown, startBus, type StartedBus } from '../test/start-bus.js';
import { OnMessage, Publisher, type Received } from './index.js';

let hold: Promise<void> | undefined;
let release: () => void = () => undefined;
const seen: string[] = [];

@Injectable()
class Till {
  @OnMessage(shop.order, { queue: 'shop.till' })
  async sell({ id }: Received<typeof shop.order>): Promise<void> {
    seen.push(id);
    await hold;
  }
}

let broker: TestBroker;
let network: FaultProxy;
let till: StartedBus;
let publisher: Publisher;

const order = () => publisher.publish(shop.order({ item: 'tea' }));

/** An order that its handler keeps in hand until release(). */
async function holdOne(): Promise<void> {
  hold = new Promise((resolve) => (release = resolve));
  const { id } = await order();
  await waitFor(() => seen.includes(id));
}

beforeEach(async () => {
  broker = await testBroker();
  network = await FaultProxy.to(broker.url);
  hold = undefined;
  till = await startBus({ ...broker, url: network.url }, [Till]);
  publisher = till.app.get(Publisher);
  await waitFor(() => till.bus.connected);
  await till.bus.apply(running);
});
afterEach(async () => {
  release();
  await till.app.close();
  await network.close();
});

describe('a command', () => {
  it('during which the connection is lost is not fulfilled: the state must be heard again', async () => {
    await till.bus.apply({ ...shutDown, epoch: 2 });
    network.hang();
    const applying = till.bus.apply({ ...running, epoch: 3 });
    const refused = expect(applying).rejects.toThrow('must be heard again');
    network.cut();
    network.restore();

    await refused;

    expect(till.bus.applied).toBeUndefined();
    await waitFor(() => till.bus.connected);
    await expect(order()).rejects.toThrow('has not heard the state');
  });

  it('that comes while the process stops is refused, and nothing is attached again', async () => {
    await till.bus.stop();

    await expect(till.bus.apply(running)).rejects.toThrow('is stopping');
    await expect(broker.queue('shop.till')).resolves.toMatchObject({ consumers: 0 });
  });

  it('that is being applied when the process begins to stop opens nothing', async () => {
    await till.bus.apply({ ...shutDown, epoch: 2 });
    const applying = till.bus.apply({ ...running, epoch: 3 });
    const stopping = till.bus.stop();

    await expect(applying).rejects.toThrow();
    await stopping;

    await expect(order()).rejects.toThrow('has not heard the state');
    await waitFor(async () => (await broker.queue('shop.till')).consumers === 0);
  });

  it('may be applied again, and attaches once', async () => {
    await Promise.all([till.bus.apply(running), till.bus.apply(running)]);

    await expect(broker.queue('shop.till')).resolves.toMatchObject({ consumers: 1 });
  });
});

describe('a stop', () => {
  it('waits for what is in hand, also when it was being detached already', async () => {
    await holdOne();
    const applying = till.bus.apply({ ...shutDown, epoch: 2 });
    await new Promise((resolve) => setImmediate(resolve)); // it is at the consumers
    let stopped = false;
    const stopping = till.bus.stop().then(() => (stopped = true));
    await broker.queue('shop.till'); // a round trip, in which an early stop would have come through
    expect(stopped).toBe(false);

    release();
    await stopping;
    await expect(applying).rejects.toThrow('is stopping');

    await waitFor(async () => (await broker.queue('shop.till')).messages === 0);
  });

  it('ends also when the connection is lost meanwhile', async () => {
    await holdOne();
    network.hang();
    const stopping = till.bus.stop();
    network.cut();

    await expect(stopping).resolves.toBeUndefined();
  });

  it('closes its connections also when the broker does not answer any more', async () => {
    await till.bus.stop();
    network.hang();

    await expect(till.app.close()).resolves.toBeUndefined();
  });
});

describe('many reconnects', () => {
  it('leave one consumer and no more channels than before', async () => {
    const channels = async () => (await broker.management<unknown[]>(`/api/vhosts/${broker.vhost}/channels`)).length;
    const before = await waitFor(async () => (await channels()) || undefined, { timeout: 15_000 });
    for (let times = 0; times < 3; times += 1) {
      network.cut();
      await waitFor(() => !till.bus.connected);
      network.restore();
      await waitFor(async () => till.bus.connected && (await till.bus.apply(running), true));
    }
    await order();

    await waitFor(async () => (await broker.queue('shop.till')).consumers === 1);
    await waitFor(async () => (await channels()) <= before, { timeout: 15_000 });
  }, 40_000);
});
