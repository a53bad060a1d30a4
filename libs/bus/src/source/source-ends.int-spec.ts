import { Injectable } from '@nestjs/common';
import { DatabaseModule } from '@warren/database';
import { headers, names, newId, writeEnvelope, type Announcement, type JourneyEnd } from '@warren/protocol';
import { testBroker, testDatabase, waitFor, type TestBroker } from '@warren/testing';
import { probe, type Probe } from '../../test/probe.js';
import { paused, running, shop, startBus, type StartedBus } from '../../test/start-bus.js';
import { PermanentError, RetryAfterError, Source, sourceMigrations } from '../index.js';

const queue = 'shop.orders.ended';
const called: [state: string, end: JourneyEnd][] = [];
/** What the next calls throw. */
const errors: Error[] = [];

@Injectable()
class Orders {
  note(state: string, end: JourneyEnd): void {
    const error = errors.shift();
    if (error) throw error;
    called.push([state, end]);
  }

  @Source(shop.receipt, {
    name: 'shop.orders',
    every: () => 60,
    most: () => 1,
    onComplete: (self: Orders, end) => self.note('onComplete', end),
    onDead: (self: Orders, end) => self.note('onDead', end),
  })
  next() {
    return { item: 'tea' };
  }
}

let broker: TestBroker;
let wire: Probe;
let first: StartedBus;
const start = () => startBus(broker, [Orders], [DatabaseModule.forRoot({ schema: 'orders', migrations: sourceMigrations })]);

const endOf = (more: Partial<JourneyEnd> = {}): JourneyEnd =>
  ({ journey: newId(), source: 'shop.orders', state: 'complete', startedAt: '2026-11-20T06:40:00.000Z', endedAt: '2026-11-20T06:40:01.000Z', deadLetters: [], ...more });
const tell = (end: object, journey = newId()) =>
  wire.publish('', queue, end, writeEnvelope({ id: newId(), journey, type: 'warren.end', service: 'observer', at: Date.now(), attempt: 1, redrive: 0 }));
const callsOf = ({ journey }: JourneyEnd) => called.filter(([, end]) => end.journey === journey).map(([state]) => state);

beforeAll(async () => {
  broker = await testBroker();
  process.env.DATABASE_URL = (await testDatabase()).url;
  first = await start();
  await waitFor(() => first.bus.connected);
  wire = await probe(broker);
  await first.bus.apply(running);
});
beforeEach(() => void errors.splice(0));

describe('a source that is told how its journeys end', () => {
  it('says so in its announcement, and by a header on its roots', async () => {
    const { sources } = first.bus.announcement() satisfies Announcement;
    expect(sources).toMatchObject([{ name: 'shop.orders', takes: ['complete', 'dead'] }]);

    expect((await wire.next(names.journal, 'shop.receipt')).properties.headers).toMatchObject({ [headers.source]: 'shop.orders' });
  });

  it('is called back, by the state that it ended in', async () => {
    const [complete, dead] = [endOf(), endOf({ state: 'dead', deadLetters: [{ message: newId(), queue: 'shop.till', redrive: 0, cause: { name: 'TypeError', message: 'no' } }] })];

    await tell(complete);
    await tell(dead);

    await waitFor(() => callsOf(complete).length + callsOf(dead).length === 2);
    expect([callsOf(complete), callsOf(dead)]).toEqual([['onComplete'], ['onDead']]);
    expect(called.find(([state]) => state === 'onDead')?.[1]).toEqual(dead);
  });

  it('is called again when it throws, until it does not', async () => {
    errors.push(new RetryAfterError('later', 100), new RetryAfterError('later', 100));
    const end = endOf();

    await tell(end);

    await waitFor(() => callsOf(end).length === 1);
    expect(errors).toEqual([]);
  });

  it.each([['that its callback refuses for good', endOf(), 'PermanentError'], ['that is none', { journey: 7 }, 'PermanentError']])('makes an end %s a dead letter', async (_, end, name) => {
    errors.push(new PermanentError('no'));

    await tell(end);

    const dead = await wire.next(names.dead);
    expect(dead.properties.headers).toMatchObject({ [headers.queue]: queue, [headers.cause]: expect.stringContaining(name) as string });
  });

  it('shares its ends among instances: each is told one of them once', async () => {
    const other = await start();
    await waitFor(() => other.bus.connected);
    await other.bus.apply(running);
    const ends = Array.from({ length: 20 }, () => endOf());

    for (const end of ends) await tell(end);

    await waitFor(() => ends.every((end) => callsOf(end).length > 0));
    expect(ends.flatMap(callsOf)).toHaveLength(20);
    await other.bus.stop();
  });

  it('is told while the system is PAUSED, and after a restart of what came meanwhile', async () => {
    await first.bus.apply(paused);
    const one = endOf();
    await tell(one);
    await waitFor(() => callsOf(one).length === 1);
    await first.bus.stop();
    const meanwhile = endOf();
    await tell(meanwhile);

    const next = await start();
    await waitFor(() => next.bus.connected);
    await next.bus.apply(running);

    await waitFor(() => callsOf(meanwhile).length === 1);
  });
});
