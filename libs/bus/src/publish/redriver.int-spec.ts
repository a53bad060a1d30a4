import { Injectable } from '@nestjs/common';
import { newId } from '@warren/protocol';
import { FaultProxy, onTeardown, testBroker, waitFor, type TestBroker } from '@warren/testing';
import type { ConsumeMessage } from 'amqplib';
import { probe, type Probe } from '../../test/probe.js';
import { running, shop, shutDown, startBus, type StartedBus } from '../../test/start-bus.js';
import { OnMessage, Redriver, type Received, type Redriven } from '../index.js';

const seen: Received<typeof shop.order>[] = [];

@Injectable()
class Till {
  @OnMessage(shop.order, { queue: 'shop.till' })
  sell(message: Received<typeof shop.order>) {
    seen.push(message);
    return shop.receipt(message.payload);
  }
}

let broker: TestBroker;
let network: FaultProxy;
let till: StartedBus;
let wire: Probe;
let redriver: Redriver;

beforeAll(async () => {
  broker = await testBroker();
  network = await FaultProxy.to(broker.url);
  onTeardown(() => network.close());
  till = await startBus({ ...broker, url: network.url }, [Till]);
  redriver = till.app.get(Redriver);
  await till.bus.apply(running);
  wire = await probe(broker);
});
beforeEach(async () => {
  await waitFor(() => till.bus.connected);
  await till.bus.apply(running);
  seen.length = 0;
  wire.clear();
});

function letter(changes: Partial<Redriven> = {}): Redriven {
  const id = newId();
  return {
    queue: 'shop.till', id, journey: newId(), type: 'shop.order@1', service: 'shop-web', run: 3, redrive: 1,
    contentType: 'application/json', headers: {}, body: Buffer.from('{"item":"tea"}'), ...changes,
  }; // prettier-ignore
}

/** Takes the message from a queue that no consumer of ours has. */
async function redriven(letter: Redriven): Promise<ConsumeMessage> {
  await wire.channel.assertQueue('shop.shelf', { durable: true });
  await redriver.publish({ ...letter, queue: 'shop.shelf' });
  return (await wire.channel.get('shop.shelf', { noAck: true })) as unknown as ConsumeMessage;
}

describe('a redriven message', () => {
  it('is handled as a first attempt in its journey and run, with the number of its redrive', async () => {
    const dead = letter({ redrive: 2 });

    await redriver.publish(dead);
    await waitFor(() => seen.length === 1);

    expect(seen).toEqual([{ id: dead.id, journey: dead.journey, run: 3, attempt: 1, redrive: 2, at: expect.any(Number), foreign: false, queue: 'shop.till', payload: { item: 'tea' } }]);
    expect(Date.now() - seen[0]!.at!).toBeLessThan(10_000);
    const { hops } = await wire.record<{ hops: object[] }>('warren.hops');
    expect(hops).toMatchObject([{ id: dead.id, queue: 'shop.till', outcome: 'handled', attempt: 1, redrive: 2 }]);
  });

  it('goes to its own queue alone, whatever it once brought', async () => {
    const headers = { CC: ['shop.shelf'], BCC: ['shop.shelf'], 'x-death': [{ queue: 'shop.till', count: 3 }], 'x-delivery-count': 7, tenant: 'acme' };
    await wire.channel.assertQueue('shop.shelf', { durable: true });

    await redriver.publish(letter({ headers }));
    await waitFor(() => seen.length === 1);

    expect(await wire.channel.get('shop.shelf')).toBe(false);
  });

  it('is written as it was, with what the broker and Warren added left out or made anew', async () => {
    const parent = `${newId()} shop.door`;
    const headers = {
      'x-death': [{ reason: 'rejected' }], 'x-first-death-queue': 'a', 'x-last-death-reason': 'b', 'x-delivery-count': 7,
      'warren-queue': 'shop.till', 'warren-cause': '{}', 'warren-attempt': 5, 'warren-redrive': 9, 'warren-at': 1, traceparent: 'theirs', tenant: 'acme',
    }; // prettier-ignore

    const { properties, content } = await redriven(letter({ id: '0198c0de-0000-7000-8000-000000000001', parent, headers, redrive: 1 }));

    expect(content.toString()).toBe('{"item":"tea"}');
    expect(properties).toMatchObject({ type: 'shop.order@1', appId: 'shop-web', contentType: 'application/json', deliveryMode: 2 });
    expect(properties.headers).toEqual({
      'warren-at': expect.any(Number), 'warren-run': 3, 'warren-redrive': 1, 'warren-hop': parent, tenant: 'acme',
      traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-8000000000000001-01$/),
    }); // prettier-ignore
  });

  it('of a foreign publisher keeps the digest that it is recognised by, and its content type', async () => {
    const foreign = 'a'.repeat(64);

    const { properties } = await redriven(letter({ foreign, type: '', service: '', run: undefined, contentType: 'text/plain' }));

    expect(properties).toMatchObject({ contentType: 'text/plain', headers: { 'warren-foreign': foreign } });
    expect(properties.headers).not.toHaveProperty('warren-run');
  });

  it.each(['', 'OrderCreated'])('of a foreign publisher is taken for what its consumer takes, whatever type it had: "%s"', async (type) => {
    await redriver.publish(letter({ foreign: 'a'.repeat(64), type }));

    await waitFor(() => seen.some(({ foreign, payload }) => foreign && payload.item === 'tea'));
  });

  it('that died before any queue had it goes to its address, and says so where nobody takes it there', async () => {
    const dead = letter({ queue: 'shop-web.outbox', address: { exchange: shop.order.info.exchange, topic: shop.order.info.topic } });

    await redriver.publish(dead);
    await waitFor(() => seen.some(({ id, queue }) => id === dead.id && queue === 'shop.till'));

    await expect(redriver.publish({ ...dead, address: { ...dead.address!, topic: 'shop.nobody' } })).rejects.toMatchObject({ name: 'UnroutableError', message: expect.stringContaining('shop.nobody') as string });
  });

  it('goes back in PAUSED and SHUTDOWN too: the gate is for root messages', async () => {
    await till.bus.apply(shutDown);

    await redriver.publish(letter());

    await waitFor(async () => (await broker.queue('shop.till')).messages === 1);
  });
});

describe('a redrive that cannot be', () => {
  it('says that the queue is gone; another of the same message, to a queue that is there, is done', async () => {
    const dead = letter();

    const both = await Promise.allSettled([redriver.publish(dead), redriver.publish({ ...dead, queue: 'shop.gone' }), redriver.publish(letter())]);

    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(both[1]).toMatchObject({ reason: { name: 'UnroutableError', message: 'There is no queue "shop.gone".' } });
    await waitFor(() => seen.length === 2);
  });

  it('says so when the broker goes away, and is done when it is tried again after that', async () => {
    network.hang();
    const interrupted = expect(redriver.publish(letter())).rejects.toMatchObject({ name: 'PublishInterruptedError' });
    network.cut();
    await interrupted;
    network.restore();

    const dead = letter();
    await waitFor(() => redriver.publish(dead).then(() => true));
    await till.bus.apply(running);

    await waitFor(() => seen.some(({ id }) => id === dead.id));
  });
});
