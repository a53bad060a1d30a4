import { Injectable } from '@nestjs/common';
import { childId, names, type Cause, type HopReports } from '@warren/protocol';
import { testBroker, waitFor, type TestBroker } from '@warren/testing';
import { probe, type Probe } from '../../test/probe.js';
import { paused, running, shop, shutDown, startBus, type StartedBus } from '../../test/start-bus.js';
import { OnMessage, PermanentError, Publisher, RetryAfterError, type Received } from '../index.js';

const seen: Received<typeof shop.order>[] = [];

@Injectable()
class Till {
  /** What the next message meets; then nothing. */
  static meets: (() => Promise<void> | void) | undefined;

  @OnMessage(shop.order, { queue: 'shop.till', concurrency: 5, policy: { attempts: 3, delays: [100, 200] } })
  async sell(message: Received<typeof shop.order>) {
    seen.push(message);
    const { meets } = Till;
    Till.meets = undefined;
    await meets?.();
    return shop.receipt({ item: message.payload.item });
  }
}

let broker: TestBroker;
let wire: Probe;
let till: StartedBus;
let publisher: Publisher;

beforeAll(async () => {
  broker = await testBroker();
  till = await startBus(broker, [Till]);
  publisher = till.app.get(Publisher);
  await till.bus.apply(running);
  wire = await probe(broker);
});
beforeEach(async () => {
  seen.length = 0;
  Till.meets = undefined;
  await till.bus.apply(running);
  wire.clear();
});

/** The next hop report of a message; without an id of a foreign one. Reports of earlier tests may still arrive. */
const hop = (id?: string) =>
  waitFor(async () => (await wire.record<HopReports>('warren.hops')).hops.find((report) => (id ? report.id === id : report.foreign)));

describe('a consumer', () => {
  it('gets the payload with its journey, and its child is published with the journey, the run and a derived id', async () => {
    const { id } = await publisher.publish(shop.order({ item: 'tea' }));

    const child = await wire.next(names.journal, 'shop.receipt');

    expect(seen).toEqual([expect.objectContaining({ id, journey: id, run: 7, attempt: 1, redrive: 0, foreign: false, payload: { item: 'tea' } })]);
    expect(JSON.parse(child.content.toString())).toEqual({ item: 'tea' });
    const expected = childId({ parentId: id, consumer: 'shop.till', redrive: 0, type: 'shop.receipt@1', index: 0 });
    expect(child.properties).toMatchObject({ messageId: expected, correlationId: id, type: 'shop.receipt@1', appId: 'shop-till', deliveryMode: 2 });
    expect(child.properties.headers).toMatchObject({ 'warren-run': 7, 'warren-hop': `${id} shop.till`, traceparent: `00-${id.replaceAll('-', '')}-${expected.replaceAll('-', '').slice(16)}-01` });
  });

  it('reports its hop when the child is confirmed', async () => {
    const { id } = await publisher.publish(shop.order({ item: 'tea' }));

    expect(await hop(id)).toMatchObject({ id, journey: id, queue: 'shop.till', consumer: 'shop.till', attempt: 1, outcome: 'handled', children: 1 });
  });

  it('tries again after the delay that its policy says, with the attempt counted', async () => {
    Till.meets = () => { throw new Error('no change'); }; // prettier-ignore
    const { id } = await publisher.publish(shop.order({ item: 'tea' }));

    await waitFor(() => seen.length === 2);

    expect(seen.map(({ id, attempt }) => ({ id, attempt }))).toEqual([{ id, attempt: 1 }, { id, attempt: 2 }]);
    const [first, second] = [await hop(id), await hop(id)];
    expect(first).toMatchObject({ outcome: 'retried', error: { name: 'Error', message: 'no change' } });
    expect(second).toMatchObject({ outcome: 'handled', attempt: 2 });
    expect(second.startedAt).toBeGreaterThanOrEqual(first.retryAt!);
  });

  it('waits as long as the error asks', async () => {
    Till.meets = () => { throw new RetryAfterError('busy', 450); }; // prettier-ignore
    const { id } = await publisher.publish(shop.order({ item: 'tea' }));

    const retried = await hop(id);
    await waitFor(() => seen.length === 2);

    expect(Date.now() - retried.finishedAt).toBeGreaterThanOrEqual(400);
  });

  it('gives up a message after the last attempt, with its cause', async () => {
    const fail = () => { Till.meets = fail; throw new Error('till is broken'); }; // prettier-ignore
    Till.meets = fail;
    const { id } = await publisher.publish(shop.order({ item: 'tea' }));

    const dead = await wire.next(names.dead);
    Till.meets = undefined;

    expect(seen.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(dead.properties.messageId).toBe(id);
    expect(dead.properties.headers).toMatchObject({ 'warren-queue': 'shop.till', 'warren-attempt': 3 });
    const cause = JSON.parse(String(dead.properties.headers?.['warren-cause'])) as Cause;
    expect(cause).toEqual({ name: 'Error', message: 'till is broken', stack: expect.stringMatching(/^fail \(src\/consume\/on-message\.(int-spec\.)?ts:\d+:\d+\)/) });
    expect(Object.keys(dead.properties.headers ?? {}).filter((name) => name.startsWith('x-'))).toEqual([]);
  });

  it('gives up at once what is permanent', async () => {
    Till.meets = () => { throw new PermanentError('no such item'); }; // prettier-ignore
    await publisher.publish(shop.order({ item: 'tea' }));

    const dead = await wire.next(names.dead);

    expect(seen).toHaveLength(1);
    expect(dead.properties.headers?.['warren-cause']).toContain('no such item');
  });

  it.each([
    ['is no JSON', Buffer.from('{'), {}, 'no JSON'],
    ['is larger than 8 MB', Buffer.alloc(8 * 1024 * 1024 + 1), {}, '8388609 bytes are more than the 8388608 allowed'],
    ['does not fit the schema', { item: 7 }, {}, 'item: Invalid input: expected string'],
    ['is of an unknown version', { item: 'tea' }, { type: 'shop.order@9' }, 'takes shop.order@1, not shop.order@9'],
  ])('gives up a message that %s, without calling the method', async (_, body, properties, cause) => {
    const id = '0198c0de-0000-7000-8000-000000000001';
    await wire.publish('shop', 'shop.order', body, { messageId: id, correlationId: id, type: 'shop.order@1', headers: { 'warren-at': 1 }, ...properties });

    const dead = await wire.next(names.dead);

    expect(dead.properties.headers?.['warren-cause']).toContain(cause);
    expect(dead.content).toEqual(Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body)));
    expect(seen).toEqual([]);
  });

  it('handles what a foreign publisher sends, and reports it by its digest', async () => {
    await wire.publish('shop', 'shop.order', { item: 'foreign tea' });

    const report = await hop();

    expect(seen[0]).toMatchObject({ foreign: true, attempt: 1, at: undefined });
    expect(report).toMatchObject({ id: seen[0]?.id, foreign: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it('counts the attempts of a foreign message too', async () => {
    const fail = () => { Till.meets = fail; throw new Error('again'); }; // prettier-ignore
    Till.meets = fail;
    await wire.publish('shop', 'shop.order', { item: 'foreign tea' });

    await wire.next(names.dead);
    Till.meets = undefined;

    expect(seen.map(({ attempt, foreign }) => ({ attempt, foreign }))).toEqual([1, 2, 3].map((attempt) => ({ attempt, foreign: true })));
    expect(new Set(seen.map(({ id }) => id)).size).toBe(1);
  });

  it('goes on in PAUSED, and in SHUTDOWN takes nothing more but finishes what it has', async () => {
    let finish: () => void = () => undefined;
    Till.meets = () => new Promise((resolve) => (finish = resolve));
    await publisher.publish(shop.order({ item: 'first' }));
    await waitFor(() => seen.length === 1);
    await till.bus.apply(paused);
    await wire.publish('shop', 'shop.order', { item: 'second' });
    await waitFor(() => seen.length === 2);

    let stopped = false;
    const stopping = till.bus.apply(shutDown).then(() => (stopped = true));
    await wire.channel.checkQueue('shop.till'); // a round trip, in which an early stop would have come through
    expect(stopped).toBe(false);
    finish();
    await stopping;
    await wire.publish('shop', 'shop.order', { item: 'third' });

    await waitFor(async () => (await wire.channel.checkQueue('shop.till')).messageCount === 1);
    expect(seen).toHaveLength(2);
    await till.bus.apply({ ...running, epoch: 4 });
    await waitFor(() => seen.some(({ payload }) => payload.item === 'third'));
  });

  it('declares its queue again when somebody deletes it', async () => {
    await wire.channel.deleteQueue('shop.till');

    await wire.record('warren.announcement'); // declared, bound and registered again
    await publisher.publish(shop.order({ item: 'after' }));

    await waitFor(() => seen.some(({ payload }) => payload.item === 'after'));
  });
});
