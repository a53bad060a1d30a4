import { newId, windowLength, type FlowStatistics, type Percentiles, type Problem, type StatisticsWindow } from '@warren/protocol';
import { startGateway, surroundings, type Surroundings, type TestGateway } from '../../test/start-gateway.js';

interface Attempt {
  flow: string;
  queue: string;
  service: string;
  instance: string;
  outcome: string;
  /** Milliseconds before now. */
  ended: number;
  handling: number;
  /** Null: since when it waited is not known. */
  waiting: number | null;
  children: number;
}

let around: Surroundings;
let gateway: TestGateway;
const query = (text: string, values: unknown[]) => around.database.query(text, values);
const ago = (ms: number) => new Date(Date.now() - ms);

/** As PostgreSQL's documentation defines percentile_cont: between its two neighbours. */
function percentiles(values: readonly number[]): Percentiles | null {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => {
    const place = share * (sorted.length - 1);
    const [below = 0, above = 0] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
    return Math.round((below + (above - below) * (place - Math.floor(place))) * 1000) / 1000;
  };
  return sorted.length === 0 ? null : { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) };
}

const figures = (all: readonly Attempt[]) => ({
  handled: all.filter(({ outcome }) => outcome === 'handled').length,
  retried: all.filter(({ outcome }) => outcome === 'retried').length,
  dead: all.filter(({ outcome }) => outcome === 'dead').length,
  waiting: percentiles(all.flatMap(({ waiting }) => waiting ?? [])),
  handling: percentiles(all.map(({ handling }) => handling)),
});
const published = (all: readonly Attempt[]) => all.reduce((sum, { children }) => sum + children, 0);
const busy = (all: readonly Attempt[], possible: number) => Math.round((all.reduce((sum, { handling }) => sum + handling, 0) / possible) * 10_000) / 10_000;

/** A hundred attempts of the last day, each with figures of its own; none ends near the border of a window. */
const attempts = Array.from({ length: 100 }, (_, n): Attempt => {
  const window = ([30_000, 300_000, 5_400_000, 43_200_000] as const)[n % 4] ?? 0;
  return {
    flow: 'shop', queue: n % 3 === 0 ? 'shop.till' : 'shop.gone', service: 'shop-till', instance: `till-${n % 5}`, outcome: ['handled', 'handled', 'retried', 'dead'][(n * 7) % 11 % 4] ?? '',
    ended: window, handling: 7 * n + (n % 13), waiting: n % 10 === 9 ? null : 3 * n, children: n % 3,
  }; // prettier-ignore
});

async function addAttempt({ flow, queue, service, instance, outcome, ended, handling, waiting, children }: Attempt): Promise<void> {
  const [finished, started] = [ago(ended), ago(ended + handling)].map((time) => time.getTime()) as [number, number];
  const due = waiting === null ? null : new Date(finished - handling - waiting);
  await query('insert into journal.finished values ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9)', [flow, queue, service, instance, outcome, children, new Date(Math.min(started, finished - handling)), new Date(finished), due]);
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
  await query(`insert into journal.announced values ('shop', 'shop-till'), ('quiet', 'quiet-one')`, []);
  gateway = await startGateway(around);
});
beforeEach(() => query('truncate journal.finished, journal.messages, journal.hops', []));

describe('GET /api/v1/flows/{flow}/statistics', () => {
  it.each(['1m', '10m', '3h', '1d'] as const)('counts and measures what ended within %s, of the flow, each consumer and each instance', async (window) => {
    for (const attempt of attempts) await addAttempt(attempt);
    await addAttempt({ ...attempts[0]!, flow: 'other' });
    const length = windowLength[window];
    const within = attempts.filter(({ ended }) => ended < length);
    const at = (queue: string, instance?: string) => within.filter((one) => one.queue === queue && (instance ?? one.instance) === one.instance);
    const instances = (queue: string) => [...new Set(at(queue).map(({ instance }) => instance))].sort();

    const { consumers, ...whole } = await statistics(window);

    expect(whole).toMatchObject({ flow: 'shop', window, ...figures(within) });
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
  });

  it('takes of an attempt that began before the window only what is within it as time busy', async () => {
    await addAttempt({ ...attempts[0]!, queue: 'shop.till', ended: 30_000, handling: 600_000 });

    const { busy: share } = (await statistics('1m')).consumers.find(({ queue }) => queue === 'shop.till')!;

    expect(share).toBeGreaterThan((0.9 * 30_000) / (4 * 60_000));
    expect(share).toBeLessThanOrEqual(30_000 / (4 * 60_000));
  });

  it('counts an attempt that began before it was due, by another clock, as not having waited', async () => {
    await addAttempt({ ...attempts[0]!, ended: 1_000, waiting: -50 });

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

    const { complete, dead, latency } = (await statistics('1m')).journeys;

    expect([complete, dead]).toEqual([2, 1]);
    for (const [share, expected] of [[latency!.p50, (10_000 + 470_000) / 2], [latency!.max, 470_000]] as const) expect(Math.abs(share - expected)).toBeLessThan(100); // prettier-ignore
    expect((await statistics('10m')).journeys).toMatchObject({ complete: 3, dead: 1 });
  });

  it('is all zeros of a flow that did nothing, and of ten minutes where no window is named', async () => {
    const answer = await gateway.call('/api/v1/flows/quiet/statistics');

    const { from, to, ...rest } = answer.json<FlowStatistics>();
    expect(rest).toEqual({ flow: 'quiet', window: '10m', published: 0, handled: 0, retried: 0, dead: 0, waiting: null, handling: null, journeys: { complete: 0, dead: 0, latency: null }, consumers: [] });
    expect(Date.parse(to) - Date.parse(from)).toBe(600_000);
  });

  it('says what there is instead of an unknown flow or window', async () => {
    const [flow, window] = [await gateway.call('/api/v1/flows/shpo/statistics'), await gateway.call('/api/v1/flows/shop/statistics?window=2m')];

    expect([flow.status, flow.json<Problem>()]).toMatchObject([404, { code: 'unknown-flow', detail: 'There is no flow shpo. There are: quiet, shop.' }]);
    expect([window.status, window.json<Problem>()]).toMatchObject([400, { issues: [{ path: expect.stringContaining('window') as string }] }]);
  });
});
