import { Injectable } from '@nestjs/common';
import { FaultProxy, onTeardown, testBroker, waitFor, type TestBroker } from '@warren/testing';
import { probe, type Probe } from '../../test/probe.js';
import { running, shop, startBus, type StartedBus } from '../../test/start-bus.js';
import { OnMessage, Publisher, type Received } from '../index.js';

const seen: string[] = [];
let hold: Promise<void> | undefined;

@Injectable()
class Till {
  @OnMessage(shop.order, { queue: 'shop.till', concurrency: 20 })
  async sell({ id, payload }: Received<typeof shop.order>) {
    seen.push(id);
    await hold;
    return shop.receipt(payload);
  }
}

let broker: TestBroker;
let network: FaultProxy;
let till: StartedBus;
let publisher: Publisher;
let wire: Probe;

/** Until this instance may start messages again, as after hearing its state from a gateway. */
const well = () => waitFor(async () => till.bus.connected && (await till.bus.apply(running), true));

beforeAll(async () => {
  broker = await testBroker();
  network = await FaultProxy.to(broker.url);
  onTeardown(() => network.close());
  network.cut();
  till = await startBus({ ...broker, url: network.url }, [Till]);
  publisher = till.app.get(Publisher);
});
beforeEach(() => {
  seen.length = 0;
  hold = undefined;
});

describe('a service', () => {
  it('starts while the broker is absent, and works once it is there', async () => {
    await waitFor(() => till.bus.connectFailure, { what: 'the reason' });
    expect(till.bus.connected).toBe(false);
    await expect(publisher.publish(shop.order({ item: 'early' }))).rejects.toThrow('has not heard the state');

    network.restore();
    await well();
    wire = await probe(broker);
    const { id } = await publisher.publish(shop.order({ item: 'tea' }));

    await waitFor(() => seen.includes(id));
    expect(till.bus.connectFailure).toBeUndefined();
  });

  it('that loses its connections starts nothing until it has heard the state again', async () => {
    network.cut();
    await waitFor(() => !till.bus.connected);

    await expect(publisher.publish(shop.order({ item: 'tea' }))).rejects.toMatchObject({ name: 'SourcesClosedError' });
    expect(till.bus.applied).toBeUndefined();

    network.restore();
    await waitFor(() => till.bus.connected);
    await expect(publisher.publish(shop.order({ item: 'tea' }))).rejects.toMatchObject({ name: 'SourcesClosedError' });
    await well();
    const { id } = await publisher.publish(shop.order({ item: 'tea' }));
    await waitFor(() => seen.includes(id));
  });

  it('handles again what it had in hand, publishes the same children, and leaves nothing in the queue', async () => {
    let release: () => void = () => undefined;
    hold = new Promise((resolve) => (release = resolve));
    const published = await Promise.all(Array.from({ length: 10 }, () => publisher.publish(shop.order({ item: 'tea' }))));
    const times = (least: number) => published.every(({ id }) => seen.filter((one) => one === id).length >= least);
    await waitFor(() => times(1));
    wire.clear();

    network.cut();
    await waitFor(() => !till.bus.connected);
    release();
    network.restore();
    await waitFor(() => times(2));

    const children = new Set<unknown>();
    await waitFor(async () => children.add((await wire.next('warren.journal', 'shop.receipt')).properties.messageId).size === 10);
    await waitFor(async () => (await wire.channel.checkQueue('shop.till')).messageCount === 0);
  });

  it('tells a publisher whose confirm was lost, and the ledger of what was confirmed is in the queue', async () => {
    await well();
    const outcomes: Promise<string>[] = [];
    const confirmed: string[] = [];
    for (let index = 0; index < 500; index += 1) {
      outcomes.push(publisher.publish(shop.order({ item: 'tea' })).then(({ id }) => (confirmed.push(id), 'confirmed'), (error: unknown) => (error as Error).name)); // prettier-ignore
    }
    await waitFor(() => confirmed.length > 0);
    network.cut();
    const names = new Set(await Promise.all(outcomes));
    network.restore();

    await waitFor(() => confirmed.every((id) => seen.includes(id)));

    expect([...names].every((name) => ['confirmed', 'PublishInterruptedError', 'SourcesClosedError'].includes(name))).toBe(true);
  });
});
