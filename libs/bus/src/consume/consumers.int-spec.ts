import { names, type Announcement } from '@warren/protocol';
import { FaultProxy, testBroker, waitFor, type TestBroker } from '@warren/testing';
import { at, Books, Counters, forgetAll, keepInHand, letGo, meets, seen } from '../../test/counters.js';
import { probe } from '../../test/probe.js';
import { paused, running, shop, shutDown, startBus, type StartedBus } from '../../test/start-bus.js';
import { Consumers, Publisher } from '../index.js';

let broker: TestBroker;
let network: FaultProxy;
let till: StartedBus;
let consumers: Consumers;

const publish = (item: string) => till.app.get(Publisher).publish(shop.order({ item }));
const attachedTo = async (queue: string) => (await broker.queue(queue)).consumers;
/** Round trips, in which what must not happen would have. */
const meanwhile = async (queue: string) => {
  for (let times = 0; times < 5; times += 1) await broker.queue(queue);
};
/** Of the consumer that it has now: another one has another. */
const tagsOf = async (queue: string): Promise<string[]> => {
  const all = await broker.management<{ queue: { name: string }; consumer_tag: string }[]>(`/api/consumers/${broker.vhost}`);
  return all.filter((one) => one.queue.name === queue).map((one) => one.consumer_tag);
};

beforeEach(async () => {
  forgetAll();
  broker = await testBroker();
  network = await FaultProxy.to(broker.url);
  till = await startBus({ url: network.url }, [Counters, Books]);
  consumers = till.app.get(Consumers);
});
afterEach(async () => {
  letGo();
  await till.app.close();
  await network.close();
});

const run = async () => {
  await waitFor(() => till.bus.connected);
  await till.bus.apply(running);
};

describe('a consumer that is added while the system runs', () => {
  beforeEach(run);

  it('is announced with what its method says and what it says itself, then takes messages, and its method knows the queue', async () => {
    const wire = await probe(broker);
    consumers.add({ queue: 'shop.counter.a', name: 'first', policy: { attempts: 7 } });
    const found = await waitFor(async () => (await wire.record<Announcement>('warren.announcement')).consumers.find(({ queue }) => queue === 'shop.counter.a'));
    expect(found).toMatchObject({ name: 'first', exchange: 'shop', pattern: 'shop.order', concurrency: 2, policy: { attempts: 7 } });
    await waitFor(async () => (await attachedTo('shop.counter.a')) === 1);

    await publish('tea');

    await waitFor(() => seen.length === 1);
    expect(seen).toMatchObject([{ queue: 'shop.counter.a', payload: { item: 'tea' } }]);
    await waitFor(() => till.bus.handled === 1);
  });

  it('takes another contract than its method names, where both have one schema', async () => {
    await consumers.add({ queue: 'shop.counter.a', contract: shop.receipt }).release();

    await publish('tea').catch(() => undefined); // nobody takes it
    await till.app.get(Publisher).publish(shop.receipt({ item: 'paid' }));

    await waitFor(() => till.bus.handled === 2);
    expect(at('shop.counter.a')).toEqual(['paid']);
  });

  it('disturbs no other: what that has in hand stays there', async () => {
    const other = consumers.add({ queue: 'shop.counter.a' });
    await other.release();
    keepInHand('slow');
    await publish('slow');
    await till.app.get(Publisher).publish(shop.receipt({ item: 'slow' }));
    await waitFor(() => seen.length === 2);

    await consumers.add({ queue: 'shop.counter.b' }).release();

    expect([await attachedTo('shop.counter.a'), await attachedTo('shop.books'), await attachedTo('shop.counter.b')]).toEqual([1, 1, 1]);
    letGo();
    await waitFor(() => till.bus.handled === 2);
    expect(seen).toHaveLength(2);
  });

  it('gets the suspects of its queue, as those that were there at the start do', async () => {
    await consumers.add({ queue: 'shop.counter.a' }).release();
    const wire = await probe(broker);

    await wire.publish('', names.alone('shop-till'), { item: 'suspect' }, { headers: { 'warren-queue': 'shop.counter.a' } });

    await waitFor(() => at('shop.counter.a').includes('suspect'));
  });

  it('that is held from the beginning has its queue, and takes nothing until it is released', async () => {
    const held = consumers.add({ queue: 'shop.counter.a', held: true });
    await waitFor(() => publish('tea'));
    await till.bus.apply({ ...running, epoch: 2 });
    await meanwhile('shop.counter.a');
    await expect(held.waiting()).resolves.toEqual({ ready: 1, consumers: 0 });

    await held.release();

    await waitFor(() => at('shop.counter.a').length === 1);
  });

  it('is refused where it cannot be, and nothing of it stays', async () => {
    consumers.add({ queue: 'shop.counter.a' });

    expect(() => consumers.add({ queue: 'shop.counter.a' })).toThrow('The queue "shop.counter.a" has a consumer in this service already.');
    expect(() => consumers.add({ queue: 'shop.counter.b', concurrency: 0 })).toThrow('Consumer of "shop.counter.b": concurrency must be 1 or more, not 0.');
    expect(till.bus.announcement().consumers.map(({ queue }) => queue)).toEqual(['shop.books', 'shop.counter.a']);
    await till.bus.apply({ ...running, epoch: 2 });
  });
});

describe('a consumer that is added before the broker is there', () => {
  it('is declared when it comes, and attached when the state is heard', async () => {
    network.cut();
    await waitFor(() => !till.bus.connected);
    const early = consumers.add({ queue: 'shop.counter.a' });
    await early.release(); // at once
    await expect(early.waiting()).rejects.toMatchObject({ name: 'PublishInterruptedError' });

    network.restore();
    await waitFor(() => attachedTo('shop.counter.a').then((count) => count === 0));
    await run();

    expect(await attachedTo('shop.counter.a')).toBe(1);
    await publish('tea');
    await waitFor(() => at('shop.counter.a').length === 1);
  });
});

describe('a consumer that is held', () => {
  beforeEach(run);

  it('finishes what it has in hand, and takes nothing more', async () => {
    const one = consumers.add({ queue: 'shop.counter.a' });
    await one.release();
    keepInHand('slow');
    await publish('slow');
    await waitFor(() => seen.length === 1);
    let isHeld = false;

    const holding = one.hold().then(() => (isHeld = true));
    await meanwhile('shop.counter.a'); // a quorum queue has its consumer until what that had in hand is acknowledged
    await publish('tea');
    await meanwhile('shop.counter.a');
    expect(isHeld).toBe(false);
    letGo();
    await holding;
    await meanwhile('shop.counter.a');

    expect(at('shop.counter.a')).toEqual(['slow']);
    await expect(one.waiting()).resolves.toEqual({ ready: 1, consumers: 0 });
    await one.release();
    await waitFor(() => at('shop.counter.a').length === 2);
  });

  it('waits for its suspect in hand, too, and gives those that come back to its queue', async () => {
    const one = consumers.add({ queue: 'shop.counter.a' });
    await one.release();
    const wire = await probe(broker);
    const suspect = (item: string) => wire.publish('', names.alone('shop-till'), { item }, { headers: { 'warren-queue': 'shop.counter.a' } });
    keepInHand('slow');
    await suspect('slow');
    await waitFor(() => seen.length === 1);
    let isHeld = false;
    const holding = one.hold().then(() => (isHeld = true));
    await waitFor(async () => (await attachedTo('shop.counter.a')) === 0);
    await meanwhile('shop.counter.a');
    expect(isHeld).toBe(false);
    letGo();
    await holding;

    await suspect('later');

    await waitFor(async () => (await one.waiting()).ready === 1);
    expect(at('shop.counter.a')).toEqual(['slow']);
  });

  it('stays so over commands and a reconnect, while others are attached again', async () => {
    const [held, other] = [consumers.add({ queue: 'shop.counter.a' }), consumers.add({ queue: 'shop.counter.b' })];
    await Promise.all([held.hold(), other.release()]);
    await till.bus.apply(paused);
    await till.bus.apply({ ...running, epoch: 3 });
    network.cut();
    await waitFor(() => !till.bus.connected);
    network.restore();
    await run();

    await publish('tea');

    await waitFor(() => at('shop.counter.b').length === 1);
    expect([await attachedTo('shop.counter.a'), await attachedTo('shop.counter.b')]).toEqual([0, 1]);
    await held.release();
    await waitFor(() => at('shop.counter.a').length === 1);
  });

  it('is released in SHUTDOWN only when the system runs again', async () => {
    const one = consumers.add({ queue: 'shop.counter.a', held: true });
    await till.bus.apply(shutDown);
    await one.release();
    await meanwhile('shop.counter.a');
    expect(await attachedTo('shop.counter.a')).toBe(0);

    await till.bus.apply({ ...running, epoch: 4 });

    expect(await attachedTo('shop.counter.a')).toBe(1);
  });

  it('is as it was wished last, whatever is applied meanwhile', async () => {
    const [one, other] = [consumers.add({ queue: 'shop.counter.a' }), consumers.add({ queue: 'shop.counter.b' })];
    const wishes = [till.bus.apply(paused), one.hold(), other.hold(), one.release(), till.bus.apply({ ...running, epoch: 3 }), one.hold(), other.release()];
    const added = consumers.add({ queue: 'shop.counter.c' });
    await Promise.all([...wishes, added.release()]);

    expect([await attachedTo('shop.counter.a'), await attachedTo('shop.counter.b'), await attachedTo('shop.counter.c')]).toEqual([0, 1, 1]);
    const stopping = till.bus.apply(shutDown);
    await Promise.all([one.release(), stopping]);
    expect([await attachedTo('shop.counter.a'), await attachedTo('shop.counter.b'), await attachedTo('shop.counter.c')]).toEqual([0, 0, 0]);
  });

  it('takes nothing after the process began to stop', async () => {
    const one = consumers.add({ queue: 'shop.counter.a', held: true });
    await one.release();
    await till.bus.stop();

    await one.release();
    consumers.add({ queue: 'shop.counter.b' });

    await meanwhile('shop.counter.a');
    expect(await attachedTo('shop.counter.a')).toBe(0);
  });

  it('is attached to nothing after a lost connection until the state is heard', async () => {
    await consumers.add({ queue: 'shop.counter.a' }).release();
    network.cut();
    await waitFor(() => !till.bus.connected);
    network.restore();
    await waitFor(() => till.bus.connected);

    await consumers.add({ queue: 'shop.counter.b' }).release();
    await waitFor(() => broker.queue('shop.counter.b'));
    await waitFor(async () => (await attachedTo('shop.books')) === 1);

    expect([await attachedTo('shop.counter.a'), await attachedTo('shop.counter.b')]).toEqual([0, 0]);
    await run();
    expect([await attachedTo('shop.counter.a'), await attachedTo('shop.counter.b')]).toEqual([1, 1]);
  });
});

describe('a change', () => {
  beforeEach(run);
  const inHand = (queue: string) => at(queue).length;

  it('of the concurrency is kept by a new subscription, is announced where it is meant to last, and loses nothing', async () => {
    const one = consumers.add({ queue: 'shop.counter.a' });
    await one.release();
    keepInHand('slow');
    for (let n = 0; n < 6; n += 1) await publish('slow');
    await waitFor(() => inHand('shop.counter.a') === 2);

    const probing = one.release({ concurrency: 1 });
    letGo();
    keepInHand('slow');
    await probing;
    await waitFor(() => inHand('shop.counter.a') >= 3);
    await meanwhile('shop.counter.a');
    expect(inHand('shop.counter.a')).toBe(3);
    expect(till.bus.announcement().consumers.at(-1)).toMatchObject({ concurrency: 2 });

    const changing = one.change({ concurrency: 3 });
    letGo();
    keepInHand('slow');
    await changing;
    await waitFor(() => inHand('shop.counter.a') === 6);
    expect(till.bus.announcement().consumers.at(-1)).toMatchObject({ concurrency: 3 });
    letGo();
    await waitFor(() => till.bus.handled === 6);
  });

  it('of the policy holds for what fails next, subscribes nothing anew, and is announced', async () => {
    const one = consumers.add({ queue: 'shop.counter.a' });
    await one.release();
    const wire = await probe(broker);
    const before = await waitFor(async () => { const tags = await tagsOf('shop.counter.a'); return tags.length === 1 && tags; }); // prettier-ignore
    wire.clear();

    await one.change({ policy: { attempts: 1 } });
    meets.set('bad', () => { throw new Error('no'); }); // prettier-ignore
    await publish('bad');

    expect((await wire.next(names.dead)).properties.headers).toMatchObject({ 'warren-attempt': 1 });
    const { consumers: announced } = await wire.record<Announcement>('warren.announcement');
    expect(announced.find(({ queue }) => queue === 'shop.counter.a')).toMatchObject({ policy: { attempts: 1 } });
    expect(await tagsOf('shop.counter.a')).toEqual(before);
  });

  it('that cannot work is refused, and changes nothing', async () => {
    const one = consumers.add({ queue: 'shop.counter.a' });

    await expect(one.change({ concurrency: 4, policy: { attempts: 0 } })).rejects.toThrow('Consumer of "shop.counter.a": attempts must be 1 to 1000, not 0.');
    await expect(one.release({ concurrency: 0 })).rejects.toMatchObject({ name: 'StartError' });

    expect(till.bus.announcement().consumers.at(-1)).toMatchObject({ concurrency: 2, policy: { attempts: 2 } });
  });
});
