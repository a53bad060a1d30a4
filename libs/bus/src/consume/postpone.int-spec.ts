import { type HopReport, type HopReports, names } from '@warren/protocol';
import { testBroker, waitFor } from '@warren/testing';
import { Counters, meets, seen } from '../../test/counters.js';
import { probe, type Probe } from '../../test/probe.js';
import { running, shop, startBus, type StartedBus } from '../../test/start-bus.js';
import { Consumers, PostponeError, Publisher } from '../index.js';

let till: StartedBus;
let wire: Probe;
const publish = (item: string) => till.app.get(Publisher).publish(shop.order({ item }));
const reports: HopReport[] = [];

beforeAll(async () => {
  const broker = await testBroker();
  till = await startBus(broker, [Counters]);
  await till.bus.apply(running);
  wire = await probe(broker);
  await till.app.get(Consumers).add({ queue: 'shop.counter.a' }).release(); // two attempts
});

const nextReport = async (): Promise<void> => void reports.push(...(await wire.record<HopReports>('warren.hops')).hops);

describe('a message that is postponed', () => {
  it('ten times by a consumer with two attempts is handled at its first, and no wait is cut short', async () => {
    const times: number[] = [];
    meets.set('late', () => {
      times.push(Date.now());
      if (times.length <= 10) throw new PostponeError('not now', 120);
    });
    const { id } = await publish('late');

    await waitFor(() => seen.length === 11);
    while (reports.length < 11) await nextReport();

    expect(seen.map((one) => [one.id, one.attempt])).toEqual(seen.map(() => [id, 1]));
    expect(reports.map(({ outcome, attempt }) => `${outcome} ${attempt}`)).toEqual([...Array.from({ length: 10 }, () => 'retried 1'), 'handled 1']);
    expect(times.slice(1).every((time, index) => time - times[index]! >= 120)).toBe(true);
  });

  it('between failures has its attempts counted as ever', async () => {
    const errors = [new PostponeError('not now', 100), new Error('no'), new PostponeError('not now', 100), new Error('no')];
    meets.set('bad', () => { throw errors.shift() ?? new Error('too often'); }); // prettier-ignore
    seen.length = 0;

    await publish('bad');

    expect((await wire.next(names.dead)).properties.headers).toMatchObject({ 'warren-attempt': 2 });
    expect(seen.map(({ attempt }) => attempt)).toEqual([1, 1, 2, 2]);
  });
});
