import { names, type Announcement, type Retirement } from '@warren/protocol';
import { FaultProxy, testBroker, waitFor, type TestBroker } from '@warren/testing';
import { at, Counters, forgetAll, keepInHand, letGo, meets, seen } from '../../test/counters.js';
import { probe, type Probe } from '../../test/probe.js';
import { TillProcess } from '../../test/till-process.js';
import { running, shop, startBus, type StartedBus } from '../../test/start-bus.js';
import { Consumers, Publisher, type AddedConsumer, type BusOptions } from '../index.js';

const queue = 'shop.counter.a';
let broker: TestBroker;
let network: FaultProxy;
let wire: Probe;
let till: StartedBus;
let counter: AddedConsumer;

const publish = (item: string) => till.app.get(Publisher).publish(shop.order({ item }));
const unroutable = { name: 'UnroutableError' };

async function run({ bus }: StartedBus): Promise<void> {
  await waitFor(() => bus.connected);
  await bus.apply(running);
}

async function started(options: Partial<BusOptions> = {}): Promise<StartedBus> {
  const service = await startBus({ url: network.url }, [Counters], [], options);
  await run(service);
  return service;
}

beforeEach(async () => {
  forgetAll();
  broker = await testBroker();
  network = await FaultProxy.to(broker.url);
});
afterEach(async () => {
  letGo();
  await till.app.close();
  await network.close();
});

describe.each([{ journal: true }, { journal: false }])('a consumer that is unbound, with %j', ({ journal }) => {
  beforeEach(async () => {
    till = await started({ journal });
    counter = till.app.get(Consumers).add({ queue });
    await counter.release();
  });

  it('gets nothing new, which is unroutable where nobody else takes it, but handles what waited', async () => {
    await counter.hold();
    await publish('waited');

    await counter.unbind();
    await counter.unbind();

    await expect(publish('new')).rejects.toMatchObject(unroutable);
    await counter.release();
    await waitFor(() => seen.length === 1);
    expect(at(queue)).toEqual(['waited']);
  });

  it('gets what comes back from a delay', async () => {
    meets.set('again', ({ attempt }) => { if (attempt === 1) throw new Error('not yet'); }); // prettier-ignore
    await publish('again');
    await waitFor(() => seen.length === 1);

    await counter.unbind();

    await waitFor(() => seen.length === 2);
    expect(seen[1]).toMatchObject({ attempt: 2, queue });
  });

  it('is not bound again by a reconnect', async () => {
    await counter.unbind();
    network.cut();
    await waitFor(() => !till.bus.connected);
    network.restore();
    await run(till);

    await expect(publish('new')).rejects.toMatchObject(unroutable);
    await expect(counter.waiting()).resolves.toEqual({ ready: 0, consumers: 1 });
  });
});

describe('a consumer that is unbound', () => {
  beforeEach(async () => {
    till = await started();
    counter = till.app.get(Consumers).add({ queue });
    await counter.release();
  });

  it('is retired in the journal, and not among what is announced', async () => {
    wire = await probe(broker);
    await waitFor(async () => (await wire.record<Announcement>('warren.announcement')).consumers.length === 1);

    await counter.unbind();

    expect(await wire.record<Retirement>('warren.retired')).toEqual({ queue });
    expect(till.bus.announcement().consumers).toEqual([]);
  });

  it('is as it was when the broker is away', async () => {
    network.cut();
    await waitFor(() => !till.bus.connected);
    await expect(counter.unbind()).rejects.toMatchObject({ name: 'PublishInterruptedError' });
    await expect(counter.remove()).rejects.toMatchObject({ name: 'PublishInterruptedError' });
    expect(till.bus.announcement().consumers).toHaveLength(1);
    network.restore();
    await run(till);

    await publish('tea');

    await waitFor(async () => (await counter.waiting()).ready === 1); // remove() holds it
    await counter.release();
    await waitFor(() => at(queue).length === 1);
  });

  it('is not bound by what was being declared meanwhile', async () => {
    const consumers = till.app.get(Consumers);
    const others = ['b', 'c', 'd'].map((name) => consumers.add({ queue: `shop.counter.${name}` }));

    await Promise.all([counter, ...others].map((one) => one.unbind()));

    await expect(publish('new')).rejects.toMatchObject(unroutable);
  });
});

describe('a consumer that is added unbound', () => {
  it('takes what waits in its queue, is not announced, and gets nothing new', async () => {
    till = await started();
    const consumers = till.app.get(Consumers);
    const before = consumers.add({ queue, held: true });
    await waitFor(() => publish('waited'));
    await before.unbind();
    await till.app.close();
    forgetAll();

    till = await started();
    await till.app.get(Consumers).add({ queue, bound: false }).release();

    await waitFor(() => at(queue).length === 1);
    expect(till.bus.announcement().consumers).toEqual([]);
    await expect(publish('new')).rejects.toMatchObject(unroutable);
  });
});

describe('a consumer that is removed', () => {
  beforeEach(async () => {
    till = await started();
    counter = till.app.get(Consumers).add({ queue });
    await counter.release();
  });

  it('leaves neither queue nor exchange, and is not declared again', async () => {
    await publish('tea');
    await waitFor(() => till.bus.handled === 1);
    wire = await probe(broker);

    await counter.remove();
    await counter.remove();
    await counter.release();
    network.cut();
    await waitFor(() => !till.bus.connected);
    network.restore();
    await run(till);

    await expect(broker.queue(queue)).rejects.toThrow('NOT_FOUND');
    await expect(broker.management(`/api/exchanges/${broker.vhost}/${queue}`)).rejects.toThrow('404');
    await expect(publish('new')).rejects.toMatchObject(unroutable);
    expect(await wire.record<Retirement>('warren.retired')).toEqual({ queue });
    expect(till.bus.handled).toBe(1);
  });

  it('finishes what it has in hand first', async () => {
    let finish: () => void = () => undefined;
    meets.set('slow', () => new Promise((resolve) => (finish = resolve)));
    await publish('slow');
    await waitFor(() => seen.length === 1);

    const removing = counter.remove();
    await broker.queue(queue);
    finish();
    await removing;

    expect(till.bus.handled).toBe(1);
  });

  it('may be added again', async () => {
    await counter.remove();
    await till.app.get(Consumers).add({ queue }).release();

    await publish('tea');

    await waitFor(() => at(queue).length === 1);
  });

  it('makes a dead letter of what comes back from a delay', async () => {
    meets.set('bad', () => { throw new Error('not yet'); }); // prettier-ignore
    wire = await probe(broker);
    await counter.change({ policy: { attempts: 2, delays: [1_000] } });
    const { id } = await publish('bad');
    await wire.next(names.journal, 'warren.hops');

    await counter.remove();

    expect((await wire.next(names.dead)).properties.messageId).toBe(id);
  });
});

describe('two instances of one queue', () => {
  it('share what it takes, each with its own concurrency, and one that holds leaves it to the other', async () => {
    till = await started();
    const other = TillProcess.of(broker, 'counter.cjs');
    other.start();
    const mine = till.app.get(Consumers).add({ queue, concurrency: 1 });
    await mine.release();
    await waitFor(async () => (await mine.waiting()).consumers === 2);
    keepInHand('tea');
    const sell = () => Promise.all(Array.from({ length: 10 }, () => publish('tea')));
    const sold = () => waitFor(async () => (await wire.channel.checkQueue(queue)).messageCount === 0);
    wire = await probe(broker);

    await sell();
    await sold();
    expect(at(queue)).toEqual(['tea']);

    letGo();
    await mine.hold();
    seen.length = 0;
    await waitFor(async () => (await mine.waiting()).consumers === 1); // the broker counts it until it has the acknowledgements of what was in hand
    await sell();
    await waitFor(async () => (await mine.waiting()).ready === 0);
    expect(seen).toEqual([]);
    await other.stop();
  });
});
