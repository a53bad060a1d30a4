import { Injectable } from '@nestjs/common';
import { names, newId } from '@warren/protocol';
import { testBroker, waitFor, type TestBroker } from '@warren/testing';
import { probe, type Probe } from '../../test/probe.js';
import { running, shop, startBus, type StartedBus } from '../../test/start-bus.js';
import { OnMessage, Publisher, type Received } from '../index.js';

const attempts: number[] = [];

@Injectable()
class Till {
  @OnMessage(shop.order, { queue: 'shop.till', policy: { attempts: 3, delays: [100] } })
  sell({ attempt, payload }: Received<typeof shop.order>) {
    attempts.push(attempt);
    if (payload.item === 'fails') throw Object.assign(new Error('x'.repeat(100_000)), { name: 'N'.repeat(100_000) });
    return shop.receipt(payload);
  }
}

/** A list in a list, so many deep. */
const nested = (depth: number): unknown => Array.from({ length: depth }).reduce<unknown>((inner) => [inner], 'bottom');

let broker: TestBroker;
let till: StartedBus;
let wire: Probe;

beforeAll(async () => {
  broker = await testBroker();
  till = await startBus(broker, [Till]);
  await till.bus.apply(running);
  wire = await probe(broker);
});
beforeEach(() => {
  attempts.length = 0;
  wire.clear();
});

/** What is published after it is confirmed as itself, and by whom it should be. */
async function expectWell(): Promise<void> {
  const publisher = till.app.get(Publisher);
  const ids = await Promise.all(['a', 'b', 'c'].map(async (item) => (await publisher.publish(shop.order({ item }))).id));
  await waitFor(async () => {
    const hop = String((await wire.next(names.journal, 'shop.receipt')).properties.headers?.['warren-hop']).split(' ')[0]!;
    return ids.splice(ids.indexOf(hop), ids.includes(hop) ? 1 : 0).length > 0 && ids.length === 0;
  });
}

describe('a message that fails and brought', () => {
  it.each([
    ['a run that is no number', { 'warren-run': 'x' }],
    ['a redrive that is no number', { 'warren-redrive': 'x' }],
    ['a time that is no number', { 'warren-at': 'x' }],
    ['an attempt that is no number', { 'warren-attempt': 'x' }],
  ])('%s is a foreign one, and is given up after its attempts', async (_, headers) => {
    await wire.publish('shop', 'shop.order', { item: 'fails' }, { messageId: newId(), correlationId: newId(), type: 'shop.order@1', headers });

    const dead = await wire.next(names.dead);

    expect(attempts).toEqual([1, 2, 3]);
    expect(dead.properties.headers?.['warren-cause']).toContain('xxx');
  });

  it('headers of its own keeps them', async () => {
    await wire.publish('shop', 'shop.order', { item: 'fails' }, { headers: { tenant: 'acme', nested: { a: [1, 2.5, true, null] } } });

    expect((await wire.next(names.dead)).properties.headers).toMatchObject({ tenant: 'acme', nested: { a: [1, 2.5, true, null] } });
  });

  it.each([
    ['what the library marks a type with', { '!': 'nonsense', inner: Object.create({ '!': 'nonsense', value: 1, kept: 2 }) as object }, { inner: { value: 1, kept: 2 } }],
    ['numbers beyond those of JavaScript', { much: { '!': 'double', value: -1e300 }, at: { '!': 'timestamp', value: 2 ** 62 }, many: { '!': 'int64', value: 2 ** 60 } }, { much: -1e300, many: 2 ** 60 }],
    ['a table in a table, and so on', { deep: nested(2_000) }, {}],
    ["the broker's own", { 'x-death': [{ queue: 'a', count: 1 }], 'x-delivery-count': 'many', 'x-first-death-queue': 7, 'x-last-death-reason': 'x', BCC: ['shop.none'] }, {}],
    ["Warren's own", { 'warren-queue': 'elsewhere', 'warren-cause': 'none', 'warren-foreign': 'x'.repeat(64), 'warren-hop': { a: 1 } }, { 'warren-queue': 'shop.till' }],
    ['a parent that is too long', { 'warren-hop': 'x'.repeat(401) }, {}],
  ])('in its headers %s is given up after its attempts, and what others publish is confirmed as before', async (_, headers, kept) => {
    await wire.publish('shop', 'shop.order', { item: 'fails' }, { headers: { tenant: 'acme', ...headers }, replyTo: 'shop.none', expiration: '60000', priority: 3 });

    const dead = await wire.next(names.dead);

    expect(attempts).toEqual([1, 2, 3]);
    expect(dead.properties.headers).toMatchObject({ tenant: 'acme', ...kept });
    expect(Object.keys(dead.properties.headers ?? {}).filter((name) => /^x-|^B?CC$|^!$/.test(name))).toEqual([]);
    expect(dead.properties.expiration).toBeUndefined();
    await expectWell();
  });

  it.each([60_000, 64_000, 65_000])('%d bytes of headers is given up without them, and what others publish is confirmed as before', async (size) => {
    await wire.publish('shop', 'shop.order', { item: 'fails' }, { headers: { 'x-much': 'x'.repeat(size) } });

    const dead = await wire.next(names.dead);

    expect(attempts).toEqual([1, 2, 3]);
    expect(JSON.parse(dead.content.toString())).toEqual({ item: 'fails' });
    expect(dead.properties.headers).not.toHaveProperty('x-much');
    await expectWell();
  });

  it('a digest that is none has it computed', async () => {
    const id = newId();
    const headers = { 'warren-at': 1, 'warren-foreign': 'x'.repeat(10_000) };
    await wire.publish('shop', 'shop.order', { item: 'tea' }, { messageId: id, correlationId: id, type: 'shop.order@1', headers });

    const { hops } = await wire.record<{ hops: { id: string; foreign?: string }[] }>('warren.hops');

    expect(hops).toEqual([expect.objectContaining({ id })]);
    expect(hops[0]).not.toHaveProperty('foreign');
  });
});

describe("what somebody deletes of Warren's own", () => {
  const fails = () => wire.publish('shop', 'shop.order', { item: 'fails' });

  it.each([
    ['the dead queue', () => wire.channel.deleteQueue(names.dead)],
    ['the dead exchange', () => wire.channel.deleteExchange(names.dead)],
    ['the queue of a delay band', () => wire.channel.deleteQueue(names.band(0))],
    ['the exchange of a delay band', () => wire.channel.deleteExchange(names.band(0))],
  ])('is declared again: %s', async (_, remove) => {
    await fails(); // the band is there
    await waitFor(() => attempts.length === 3);
    attempts.length = 0;
    await remove();

    await fails();

    await waitFor(() => attempts.length >= 3);
    await waitFor(async () => (await broker.queue(names.dead)).messages >= 0);
    await expectWell();
  }, 20_000);

  it('is declared again: the journal exchange, and the messages in hand are acknowledged', async () => {
    await wire.channel.deleteExchange(names.journal);

    await expectWell();
    await waitFor(async () => (await wire.channel.checkQueue('shop.till')).messageCount === 0);
  }, 20_000);
});
