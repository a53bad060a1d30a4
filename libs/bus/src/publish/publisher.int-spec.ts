import { newId } from '@warren/protocol';
import { testBroker, waitFor, type TestBroker } from '@warren/testing';
import { probe, type Probe } from '../../test/probe.js';
import { paused, running, shop, startBus, type StartedBus } from '../../test/start-bus.js';
import { Publisher } from '../index.js';

let broker: TestBroker;
let till: StartedBus;
let publisher: Publisher;
let wire: Probe;

beforeAll(async () => {
  broker = await testBroker();
  till = await startBus(broker);
  publisher = till.app.get(Publisher);
  await waitFor(() => till.bus.connected);
  await till.bus.apply(running);
  wire = await probe(broker);
});

beforeEach(() => wire.clear());

describe('a publisher', () => {
  it('resolves when the broker has the message, with its id', async () => {
    const published = await publisher.publish(shop.receipt({ item: 'tea' }));

    const copy = await wire.next('warren.journal', 'shop.receipt');
    expect(published).toEqual({ id: copy.properties.messageId, journey: copy.properties.correlationId });
    expect(copy.properties).toMatchObject({ contentType: 'application/json', deliveryMode: 2, headers: { 'warren-run': 7 } });
    expect(copy.properties.headers).not.toHaveProperty('warren-attempt');
  });

  it('publishes under the id that it is given, so that a source may repeat itself', async () => {
    const id = newId();

    await publisher.publish(shop.receipt({ item: 'tea' }), id);

    expect((await wire.next('warren.journal', 'shop.receipt')).properties.messageId).toBe(id);
  });

  it('says so when nobody takes the message', async () => {
    await expect(publisher.publish(shop.order({ item: 'tea' }))).rejects.toMatchObject({
      name: 'UnroutableError',
      message: 'No consumer takes "shop.order" of exchange "shop": start one, or mark the contract terminal.',
    });
  });

  it('goes on after that: the channel is as good as before', async () => {
    const [one, two] = await Promise.allSettled([publisher.publish(shop.order({ item: 'nobody' })), publisher.publish(shop.receipt({ item: 'tea' }))]);

    expect([one.status, two.status]).toEqual(['rejected', 'fulfilled']);
  });

  it('refuses a payload that does not fit, and names the field', async () => {
    const wrong = { item: 7 } as unknown as { item: string };

    await expect(publisher.publish(shop.receipt(wrong))).rejects.toMatchObject({ name: 'PayloadError', issues: [{ path: 'item', message: expect.stringContaining('expected string') }] });
  });

  it('refuses a payload of more than 8 MB', async () => {
    await expect(publisher.publish(shop.receipt({ item: 'x'.repeat(8 * 1024 * 1024) }))).rejects.toThrow('bytes are more than the 8388608 allowed');
  });

  it('publishes a contract that it knows by announcement only', async () => {
    await publisher.publishAnnounced({ exchange: 'shop', topic: 'shop.receipt', type: 'shop.receipt@1' }, { item: 'announced' });

    const bodies = async () => (await wire.next('warren.journal', 'shop.receipt')).content.toString();
    await waitFor(async () => (await bodies()) === '{"item":"announced"}');
  });

  it('counts what the broker has confirmed', async () => {
    const before = publisher.published;

    await publisher.publish(shop.receipt({ item: 'tea' }));
    await publisher.publish(shop.order({ item: 'nobody' })).catch(() => undefined);

    expect(publisher.published).toBe(before + 1);
  });
});

describe('a pause', () => {
  afterEach(() => till.bus.apply(running));

  it('is done when all that was under way is confirmed; what comes later is refused with the state', async () => {
    const settled: string[] = [];
    const under = Array.from({ length: 50 }, () => publisher.publish(shop.receipt({ item: 'tea' })).then(() => settled.push('published')));

    await till.bus.apply(paused);

    expect(settled).toHaveLength(50);
    await expect(publisher.publish(shop.receipt({ item: 'late' }))).rejects.toMatchObject({ name: 'SourcesClosedError', message: 'The system is PAUSED: nothing new is started.' });
    await Promise.all(under);
  });
});

describe('an exchange that is there with another type', () => {
  it('is explained to who publishes to it, and hurts nobody else', async () => {
    await wire.channel.assertExchange('classic', 'fanout');
    const address = { exchange: 'classic', topic: 'a', type: 'classic.a@1' };

    await expect(publisher.publishAnnounced(address, {})).rejects.toThrow(`The exchange "classic" on the broker has another type than Warren declares (received 'topic' but current is 'fanout').`);
    await expect(publisher.publish(shop.receipt({ item: 'tea' }))).resolves.toBeDefined();
  });
});
