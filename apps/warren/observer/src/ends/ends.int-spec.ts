import { headers, type JourneyEnd, newId } from '@warren/protocol';
import { waitFor } from '@warren/testing';
import { announce, message, report } from '../../test/deliveries.js';
import { type ObserverProcess } from '../../test/observer-process.js';
import { Operated } from '../../test/operated.js';

const source = 'signal.orig';
const ended = `${source}.ended`;
const queue = 'signal.imed';
let world: Operated;

const sources = (takes?: ('complete' | 'dead')[]) => [{ name: source, flow: 'signal', contract: 'original', every: 1_000, takes }];
const announced = (takes?: ('complete' | 'dead')[]) => announce({ service: 'signal-orig', sources: sources(takes) });
/** A root as the source publishes it. */
const root = (id: string, service = 'signal-orig') => message({}, { id, service, source });
const noted = async () => (await world.database.query<{ body: JourneyEnd }>('select body from observer.ends order by at')).map(({ body }) => body);
const states = async () => (await noted()).map(({ state }) => state);

beforeAll(async () => {
  world = await Operated.start();
});
beforeEach(async () => {
  await world.clear();
  await world.database.query('truncate observer.rooted, observer.ends');
  await world.declare(ended);
  await world.declare(queue);
  await world.journal(announced(['complete', 'dead']));
});
afterAll(() => world.close());

describe('the end of a journey', () => {
  it('is noted with the batch that brings it, and once, however often its reports come', async () => {
    const id = newId();
    await world.journal(root(id));
    await expect(noted()).resolves.toEqual([]);

    await world.journal(report({ id, finishedAt: 1_800_000_000_000 }), root(id));
    await world.journal(report({ id }), root(id));

    await expect(noted()).resolves.toEqual([{ journey: id, source, state: 'complete', startedAt: expect.any(String), endedAt: '2027-01-15T08:00:00.000Z', deadLetters: [] }]);
  });

  it('is not noted while a child is open', async () => {
    const id = newId();
    const child = newId();
    await world.journal(root(id), message({}, { id: child, journey: id, parent: { id, queue } }), report({ id }));
    await expect(states()).resolves.toEqual([]);

    await world.journal(report({ id: child, journey: id }));

    await expect(states()).resolves.toEqual(['complete']);
  });

  it('is dead with what was given up and why', async () => {
    const id = newId();

    await world.journal(root(id), report({ id, outcome: 'dead', error: { name: 'TypeError', message: 'no' } }));

    await expect(noted()).resolves.toMatchObject([{ journey: id, state: 'dead', deadLetters: [{ message: id, queue, redrive: 0, cause: { name: 'TypeError', message: 'no' } }] }]);
  });

  it('is noted again at each redrive that dies, and when one is handled', async () => {
    const id = newId();
    await world.journal(root(id), report({ id, outcome: 'dead' }));
    await world.journal(report({ id, outcome: 'dead', redrive: 1 }));
    await world.journal(report({ id, outcome: 'dead', redrive: 1 }));

    await world.journal(report({ id, redrive: 2 }));

    await expect(states()).resolves.toEqual(['dead', 'dead', 'complete']);
  });

  it.each([
    ['the other end only', ['complete'] as const, 'signal-orig'],
    ['none', undefined, 'signal-orig'],
    ['it, of another service', ['dead'] as const, 'signal-else'],
  ])('is not noted for a source that takes %s', async (_, takes, service) => {
    const id = newId();
    await world.journal(announced(takes && [...takes]), root(id, service), report({ id, outcome: 'dead' }));

    await expect(noted()).resolves.toEqual([]);
  });
});

describe('a source', () => {
  let observer: ObserverProcess;
  afterEach(() => observer.stop('SIGKILL'));

  const end = async () => {
    const id = newId();
    await world.journal(root(id), report({ id }));
    return id;
  };
  const told = async () => {
    const came = await waitFor(async () => { const all = await world.arrived(ended); return all.length > 0 && all; }, { what: 'an end', timeout: 30_000 }); // prettier-ignore
    return came.map(({ payload, properties }) => ({ ...(JSON.parse(payload) as JourneyEnd), id: properties.message_id, headers: Object.keys(properties.headers) }));
  };

  it('is told by a message of its queue, and what was told is forgotten', async () => {
    observer = await world.observer();
    const journey = await end();

    await expect(told()).resolves.toMatchObject([{ journey, source, state: 'complete', headers: expect.arrayContaining([headers.at]) as string[] }]);
    await waitFor(async () => (await noted()).length === 0);
  });

  it('is told of a discard, by which nothing is left to do', async () => {
    observer = await world.observer();
    const id = newId();
    const [letter = 0] = await world.dead(queue, [{}], { ids: [id] });
    await world.journal(root(id), report({ id, outcome: 'dead' }));
    await expect(told()).resolves.toMatchObject([{ state: 'dead' }]);

    await world.ask({ kind: 'discard', selection: { ids: [letter] } });

    await expect(told()).resolves.toMatchObject([{ journey: id, state: 'complete' }]);
  });

  it('is told again by the next observer, with the same id, when one was killed before it could forget', async () => {
    const journey = await end();
    observer = await world.observer({ FAILPOINT: 'end.published' });
    await expect(observer.ended).resolves.toBe('SIGKILL');

    observer = await world.observer();

    await waitFor(async () => (await noted()).length === 0, { timeout: 30_000 });
    const both = await told();
    expect(both).toMatchObject([{ journey }, { journey }]);
    expect(new Set(both.map(({ id }) => id)).size).toBe(1);
  });

  it('is told as soon as its queue is there', async () => {
    await world.delete(ended);
    observer = await world.observer();
    const journey = await end();
    await waitFor(() => observer.output.includes('There is no queue'), { timeout: 30_000 });

    await world.declare(ended);

    await expect(told()).resolves.toMatchObject([{ journey }]);
  });
});
