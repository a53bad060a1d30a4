import { newId, windowLength, type FlowStatistics, type Problem, type StatisticsWindow } from '@warren/protocol';
import { addDurations, insert, rollUp, type Filled, type Measured, type Slot } from '../../test/rolled-up.js';
import { startGateway, surroundings, type Surroundings, type TestGateway } from '../../test/start-gateway.js';

interface Attempt extends Measured {
  /** Milliseconds before now. */
  ended: number;
}

let around: Surroundings;
let gateway: TestGateway;
const query = (text: string, values: unknown[]) => around.database.query(text, values);
const ago = (ms: number) => new Date(Date.now() - ms);

/** A number that is at most 1 % off, and what rounding adds. */
const near = (expected: number, rounded = 0.001): unknown => ({ asymmetricMatch: (actual: number) => Math.abs(actual - expected) <= expected * 0.01 + rounded, toString: () => `near ${expected}` });

/** By nearest rank: the least of the values that at least that share of all are not above. */
function percentiles(values: readonly number[]) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => near(sorted[Math.ceil(share * sorted.length) - 1] ?? 0);
  return sorted.length === 0 ? null : { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: sorted.at(-1) };
}

const figures = (all: readonly Attempt[]) => ({
  handled: all.filter(({ outcome }) => outcome === 'handled').length,
  retried: all.filter(({ outcome }) => outcome === 'retried').length,
  dead: all.filter(({ outcome }) => outcome === 'dead').length,
  waiting: percentiles(all.flatMap(({ waiting }) => waiting ?? [])),
  handling: percentiles(all.map(({ handling }) => handling)),
});
const published = (all: readonly Attempt[]) => all.reduce((sum, { children }) => sum + children, 0);
const busy = (all: readonly Attempt[], possible: number) => near(all.reduce((sum, { handling }) => sum + handling, 0) / possible, 0.00005);

/** A hundred attempts of the last day, each with figures of its own; none ends near the border of a window. */
const attempts = Array.from({ length: 100 }, (_, n): Attempt => {
  const window = ([30_000, 300_000, 5_400_000, 43_200_000] as const)[n % 4] ?? 0;
  return {
    flow: 'shop', queue: n % 3 === 0 ? 'shop.till' : 'shop.gone', service: 'shop-till', instance: `till-${n % 5}`, outcome: ['handled', 'handled', 'retried', 'dead'][(n * 7) % 11 % 4] ?? '',
    ended: window, handling: 7 * n + (n % 13), waiting: n % 10 === 9 ? null : 3 * n, children: n % 3,
  }; // prettier-ignore
});

/** @param now what their ends are before, in milliseconds since the epoch */
async function addAttempts(all: readonly Attempt[], now = Date.now()): Promise<void> {
  const time = (ms: number) => new Date(now - ms);
  await insert(around.database, 'finished', all.map(({ ended, handling, waiting, ...attempt }) => ({
    ...attempt, consumer: attempt.queue, started_at: time(ended + handling), finished_at: time(ended), due: waiting === null ? null : time(ended + handling + waiting),
  }))); // prettier-ignore
}

/** A journey: its root, published so long ago, and hops that have ended so long ago. */
async function addJourney(flow: string, began: number, hops: { ended: number | null; outcome: string; flow?: string }[], foreign = false): Promise<void> {
  const id = newId();
  await query('insert into journal.messages (id, journey, flow, at, published, "foreign") values ($1, $1, $2, $3, $4, $5)', [id, flow, ago(began - 400), foreign ? null : ago(began), foreign]);
  for (const hop of hops) {
    await query('insert into journal.hops (message, journey, flow, queue, outcome, finished_at) values ($1, $2, $3, $4, $5, $6)', [newId(), id, hop.flow ?? flow, 'q', hop.outcome, hop.ended === null ? null : ago(hop.ended)]);
  }
}

const statistics = async (window: StatisticsWindow, flow = 'shop') => (await gateway.call(`/api/v1/flows/${flow}/statistics?window=${window}`)).json<FlowStatistics>();

beforeAll(async () => {
  around = await surroundings();
  for (const queue of ['shop.till', 'shop.idle']) await query(`insert into journal.consumers values ($1, $1, 'shop', 'shop', 'x', 'order', 'shop-till', 4, '{"attempts":1,"delays":[]}')`, [queue]);
  await query(`insert into journal.announced values ('shop', 'shop-till'), ('quiet', 'quiet-one'), ('other', 'other-one')`, []);
  gateway = await startGateway(around);
});
beforeEach(() => query('truncate journal.finished, journal.messages, journal.hops, journal.slots, journal.slot_flows, journal.slot_attempts, journal.slot_durations', []));

/** What is expected of the flow's consumers: one that is announced no more, one with nothing to do, and one at work. */
function expectAll({ consumers, ...whole }: FlowStatistics, within: readonly Attempt[]): void {
  const length = windowLength[whole.window];
  const at = (queue: string, instance?: string) => within.filter((one) => one.queue === queue && (instance ?? one.instance) === one.instance);
  const instances = (queue: string) => [...new Set(at(queue).map(({ instance }) => instance))].sort();
  expect(whole).toMatchObject({ flow: 'shop', ...figures(within) });
  expect(consumers.map(({ queue }) => queue)).toEqual(['shop.gone', 'shop.idle', 'shop.till']);
  const [gone, idle, till] = consumers;
  expect(gone).toEqual({
    queue: 'shop.gone', consumer: 'shop.gone', service: 'shop-till', concurrency: null, ...figures(at('shop.gone')), published: published(at('shop.gone')), busy: null,
    instances: instances('shop.gone').map((instance) => ({ service: 'shop-till', instance, ...figures(at('shop.gone', instance)), published: published(at('shop.gone', instance)), busy: null })),
  }); // prettier-ignore
  expect(idle).toMatchObject({ queue: 'shop.idle', concurrency: 4, handled: 0, waiting: null, handling: null, busy: 0, instances: [] });
  expect(till).toEqual({
    queue: 'shop.till', consumer: 'shop.till', service: 'shop-till', concurrency: 4, ...figures(at('shop.till')), published: published(at('shop.till')),
    busy: busy(at('shop.till'), length * 4 * instances('shop.till').length),
    instances: instances('shop.till').map((instance) => ({
      service: 'shop-till', instance, ...figures(at('shop.till', instance)), published: published(at('shop.till', instance)), busy: busy(at('shop.till', instance), length * 4),
    })),
  }); // prettier-ignore
}

describe('GET /api/v1/flows/{flow}/statistics', () => {
  it.each(['1m', '10m', '3h', '1d'] as const)('counts and measures what ended within %s, of the flow, each consumer and each instance', async (window) => {
    await addAttempts([...attempts, { ...attempts[0]!, flow: 'other' }]);

    expectAll(await statistics(window), attempts.filter(({ ended }) => ended < windowLength[window])); // prettier-ignore
  });

  it('takes of an attempt that began before the window only what is within it as time busy', async () => {
    await addAttempts([{ ...attempts[0]!, queue: 'shop.till', ended: 30_000, handling: 600_000 }]);

    const { busy: share } = (await statistics('1m')).consumers.find(({ queue }) => queue === 'shop.till')!;

    expect(share).toBeGreaterThan((0.9 * 30_000) / (4 * 60_000));
    expect(share).toBeLessThanOrEqual(30_000 / (4 * 60_000));
  });

  it('counts an attempt that began before it was due, by another clock, as not having waited', async () => {
    await addAttempts([{ ...attempts[0]!, ended: 1_000, waiting: -50 }]);

    expect((await statistics('1m')).waiting).toEqual({ p50: 0, p90: 0, p99: 0, max: 0 });
  });

  it('counts the messages of the flow', async () => {
    for (const [flow, at] of [['shop', 10_000], ['shop', 50_000], ['shop', 70_000], ['other', 10_000]] as const) await query('insert into journal.messages (id, flow, at) values ($1, $2, $3)', [newId(), flow, ago(at)]); // prettier-ignore

    expect([(await statistics('1m')).published, (await statistics('10m')).published]).toEqual([2, 3]);
  });

  it('measures the journeys that began in the flow and ended in the window, from the publish to their last hop', async () => {
    await addJourney('shop', 50_000, [{ ended: 45_000, outcome: 'handled' }, { ended: 40_000, outcome: 'handled' }]);
    await addJourney('shop', 500_000, [{ ended: 450_000, outcome: 'handled' }, { ended: 30_000, outcome: 'handled', flow: 'other' }, { ended: 35_000, outcome: 'discarded' }]);
    await addJourney('shop', 50_000, [{ ended: 45_000, outcome: 'handled' }, { ended: 40_000, outcome: 'dead' }]);
    await addJourney('shop', 50_000, [{ ended: 45_000, outcome: 'handled' }, { ended: null, outcome: 'open' }]);
    await addJourney('shop', 50_000, [{ ended: 45_000, outcome: 'handled' }, { ended: 40_000, outcome: 'retried' }]);
    await addJourney('shop', 500_000, [{ ended: 450_000, outcome: 'handled' }]);
    await addJourney('other', 50_000, [{ ended: 45_000, outcome: 'handled', flow: 'shop' }]);
    await addJourney('shop', 50_000, [{ ended: 45_000, outcome: 'handled' }], true);
    await addJourney('shop', 70_000, [{ ended: 65_000, outcome: 'handled' }, { ended: 30_000, outcome: 'handled', flow: 'other' }]);

    const { complete, dead, latency } = (await statistics('1m')).journeys;

    expect([complete, dead]).toEqual([3, 1]);
    expect(latency).toEqual({ p50: near(40_000, 100), p90: near(470_000, 100), p99: near(470_000, 100), max: near(470_000, 100) });
    expect((await statistics('10m')).journeys).toMatchObject({ complete: 4, dead: 1 });
  });

  it('is all zeros of a flow that did nothing, and of ten minutes where no window is named', async () => {
    const answer = await gateway.call('/api/v1/flows/quiet/statistics');

    const { from, to, ...rest } = answer.json<FlowStatistics>();
    expect(rest).toEqual({ flow: 'quiet', window: '10m', published: 0, handled: 0, retried: 0, dead: 0, waiting: null, handling: null, journeys: { complete: 0, dead: 0, latency: null }, consumers: [] });
    expect(Date.parse(to) - Date.parse(from)).toBe(600_000);
  });

  it('says what there is instead of an unknown flow or window', async () => {
    const [flow, window] = [await gateway.call('/api/v1/flows/shpo/statistics'), await gateway.call('/api/v1/flows/shop/statistics?window=2m')];

    expect([flow.status, flow.json<Problem>()]).toMatchObject([404, { code: 'unknown-flow', detail: 'There is no flow shpo. There are: other, quiet, shop.' }]);
    expect([window.status, window.json<Problem>()]).toMatchObject([400, { issues: [{ path: expect.stringContaining('window') as string }] }]);
  });
});

const oneMinute = 60_000;
const beginOf = (time: number, minutes: number) => Math.floor(time / (minutes * oneMinute)) * minutes * oneMinute;
const slotAt = (ago: number, minutes = 1): Slot => ({ minutes, slot: new Date(beginOf(Date.now() - ago, minutes)) });
const minutesOf = ({ slot }: Slot): Slot[] => Array.from({ length: 60 }, (_, n) => ({ minutes: 1, slot: new Date(slot.getTime() + n * oneMinute) }));

/** From a second to 25 hours ago, the more the newer; a moment later none of it has left a window. */
const lately = Array.from({ length: 900 }, (_, n): Attempt => ({ ...attempts[n % 100]!, ended: Math.round(1_000 * 90_000 ** (((n * 7919) % 900) / 900)) })).filter(
  ({ ended }) => !Object.values(windowLength).some((length) => Math.abs(length - ended) < 15_000),
);

/** What an observer has come to: up to two minutes ago minutes, of which a few were forgotten; up to two hours ago hours. */
function rolledAt(now: number): Filled[] {
  const slots = (minutes: number, until: number) => {
    const first = beginOf(now - 90_000_000, 60);
    return Array.from({ length: Math.floor((until - first) / (minutes * oneMinute)) }, (_, n) => first + n * minutes * oneMinute);
  };
  const filled = (begin: number, minutes: number): Filled => {
    const within = ({ ended }: Attempt) => now - ended >= begin && now - ended < begin + minutes * oneMinute;
    return { minutes, slot: new Date(begin), attempts: lately.filter(within) };
  };
  const minutes = slots(1, now - 120_000).filter((begin) => begin < now - 7_200_000 || (begin / oneMinute) % 7 > 0);
  return [...minutes.map((begin) => filled(begin, 1)), ...slots(60, now - 7_200_000).map((begin) => filled(begin, 60))];
}

describe('what the observer has rolled up', () => {
  it.each(['10m', '3h', '1d'] as const)('is put together with the edges of %s and with what is not rolled up', async (window) => {
    const now = Date.now();
    await addAttempts(lately, now);
    await rollUp(around.database, ...rolledAt(now));

    expectAll(await statistics(window), lately.filter(({ ended }) => ended < windowLength[window])); // prettier-ignore
  });

  it('is read instead of the attempts', async () => {
    const [kept, forgotten] = [slotAt(240_000), slotAt(360_000)];
    await rollUp(around.database, { ...kept, attempts: [attempts[1]!] }, { ...forgotten, attempts: [attempts[2]!], rolled: false });
    const inSlot = ({ slot }: Slot) => Date.now() - slot.getTime() - 1_000;
    await addAttempts([{ ...attempts[3]!, ended: inSlot(kept) }, { ...attempts[4]!, ended: inSlot(forgotten) }]);

    expect(await statistics('10m')).toMatchObject(figures([attempts[1]!, attempts[4]!]));
  });

  it('is of whole slots that begin in the window, an hour in place of its minutes', async () => {
    const [hour, early] = [slotAt(5_400_000, 60), slotAt(10_800_000, 60)];
    const filled = (slots: Slot[], attempt: Attempt) => slots.map((slot) => ({ ...slot, attempts: [attempt] }));
    await rollUp(around.database, ...filled([hour], attempts[1]!), ...filled(minutesOf(hour), attempts[2]!), ...filled([early], attempts[3]!), ...filled(minutesOf(early), attempts[4]!));

    const answer = await statistics('3h');

    const within = minutesOf(early).filter(({ slot }) => slot >= new Date(answer.from));
    expect(answer).toMatchObject(figures([attempts[1]!, ...within.map(() => attempts[4]!)]));
  });

  it('counts of an attempt that began before the window about as much as was gone of it', async () => {
    await rollUp(around.database, { ...slotAt(240_000), attempts: [{ ...attempts[0]!, queue: 'shop.till', handling: 36_000_000 }] });

    const { busy: share } = (await statistics('10m')).consumers.find(({ queue }) => queue === 'shop.till')!;

    expect(share).toBeGreaterThan((300_000 - oneMinute) / (4 * 600_000));
    expect(share).toBeLessThan((360_000 + oneMinute) / (4 * 600_000));
  });

  it('adds up messages and journeys', async () => {
    const [minute, hour, tens] = [slotAt(300_000), slotAt(5_400_000, 60), Array.from({ length: 30 }, (_, n) => 10 * n)];
    await rollUp(around.database, { ...minute, attempts: [] }, { ...hour, attempts: [] });
    await insert(around.database, 'slot_flows', [
      { ...minute, flow: 'shop', published: 10, complete: 3, dead: 1 }, { ...hour, flow: 'shop', published: 100, complete: 30, dead: 0 }, { ...hour, flow: 'other', published: 7, complete: 7, dead: 7 },
    ]); // prettier-ignore
    const latency = { flow: 'shop', queue: '', instance: '', kind: 'latency' } as const;
    await addDurations(around.database, { ...minute, ...latency, durations: [1, 2, 3] }, { ...hour, ...latency, durations: tens });
    await addJourney('shop', 50_000, [{ ended: 45_000, outcome: 'handled' }]);
    const inMinute = Date.now() - minute.slot.getTime() - 1_000; // counted there, though it has a hop that is read
    await addJourney('shop', 12_000_000, [{ ended: inMinute + 2_000, outcome: 'handled' }, { ended: inMinute, outcome: 'handled' }]);

    const { published: messages, journeys } = await statistics('3h');

    expect([messages, journeys.complete, journeys.dead]).toEqual([111, 34, 1]);
    expect(journeys.latency).toEqual({ ...percentiles([1, 2, 3, ...tens, 5_000]), p99: near(5_000, 100), max: near(5_000, 100) });
  });
});
