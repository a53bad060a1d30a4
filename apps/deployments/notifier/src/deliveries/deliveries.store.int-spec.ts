import { newId } from '@warren/protocol';
import { waitFor } from '@warren/testing';
import { storage, target, type Storage } from '../../test/tables.js';
import { DeliveriesStore } from './deliveries.store.js';
import { DeliveryLog, type Attempt, type Standing } from './delivery-log.js';

let stored: Storage;
let log: DeliveryLog;
let store: DeliveriesStore;
const standing = (more: Partial<Standing> = {}): Standing => ({ message: newId(), target: 'log', journey: newId(), release: 'v1', state: 'delivered', next_at: null, ...more });
const attempt = (more: Partial<Attempt> = {}): Attempt =>
  ({ at: new Date(), attempt: 1, redrive: 0, instance: 'notifier-1', ms: 12, status: 200, outcome: 'delivered', error: null, body: 'ok', ...more }); // prettier-ignore
const list = (search: Parameters<DeliveriesStore['list']>[0] = { limit: 50 }) => store.list(search);
const soon = () => new Date(Date.now() + 3_600_000);

beforeAll(async () => {
  stored = await storage();
  log = new DeliveryLog(stored.database);
  store = new DeliveriesStore(stored.database);
});
beforeEach(async () => {
  for (const table of ['deliveries', 'attempts', 'targets'] as const) await stored.database.kysely.deleteFrom(table).execute();
});

describe('what is written down', () => {
  it('is a delivery with each of its attempts', async () => {
    const one = standing({ state: 'waiting', next_at: soon() });
    await log.add(one, attempt({ status: 500, outcome: 'retried', error: 'It answered 500.', body: 'oh' }));
    await log.add({ ...one, state: 'delivered', next_at: null }, attempt({ attempt: 2 }));

    const { items: [found] } = await list(); // prettier-ignore
    expect(found).toMatchObject({ message: one.message, journey: one.journey, target: 'log', release: 'v1', state: 'delivered', nextAt: null });
    expect(found?.attempts).toMatchObject([{ attempt: 1, status: 500, outcome: 'retried', error: 'It answered 500.', body: 'oh' }, { attempt: 2, status: 200, instance: 'notifier-1' }]);
  });

  it('is all that ends at once, also twice the same', async () => {
    const many = Array.from({ length: 500 }, () => standing());
    const twice = standing();
    await Promise.all([...many, twice, { ...twice, state: 'dead' as const }].map((one) => log.add(one, attempt())));
    const { rows } = await stored.database.kysely.selectFrom('deliveries').select((e) => e.fn.countAll<number>().as('count')).execute().then((rows) => ({ rows })); // prettier-ignore
    expect(Number(rows[0]?.count)).toBe(501);
    expect((await list({ limit: 1, message: twice.message })).items[0]).toMatchObject({ state: 'dead', attempts: [{}, {}] });
  });

  it('holds what Postgres takes for text: nothing of an answer breaks the log', async () => {
    const one = standing();
    await log.add({ ...one, release: 'v\0' + '1' }, attempt({ body: 'a"b\\c\n\u2028é💥\0\ud800!' }));
    expect((await list()).items[0]).toMatchObject({ release: 'v1', attempts: [{ body: 'a"b\\c\n\u2028é💥\ufffd!' }] });
  });

  it('waits for a database that is away', async () => {
    await stored.database.kysely.schema.alterTable('deliveries').renameTo('elsewhere').execute();
    let done = false;
    const adding = log.add(standing(), attempt()).then(() => (done = true));
    await waitFor(() => !done && stored.database.ready);
    await stored.database.kysely.schema.alterTable('elsewhere').renameTo('deliveries').execute();
    await adding;
    expect((await list()).items).toHaveLength(1);
  });
});

describe('the list', () => {
  it('is searched by target, state and message, in pages, the newest first', async () => {
    const [a, b, c] = [standing({ target: 'a' }), standing({ target: 'b', state: 'dead' }), standing({ target: 'a', state: 'dead' })];
    for (const one of [a, b, c]) await log.add(one);
    const found = async (search: object) => (await list({ limit: 50, ...search })).items.map(({ message }) => message);
    expect(await found({ target: 'a' })).toEqual([c.message, a.message]);
    expect(await found({ state: 'dead' })).toEqual([c.message, b.message]);
    expect(await found({ message: b.message })).toEqual([b.message]);
    const first = await list({ limit: 2 });
    expect((await list({ limit: 2, cursor: first.next! })).items.map(({ message }) => message)).toEqual([a.message]);
  });
});

describe('the figures of a target', () => {
  it('count what waits, and attempts of the last hour', async () => {
    await stored.database.kysely.insertInto('targets').values({ name: 'log', spec: JSON.stringify(target('log')) as never, leaving: null, disabled: null, opened: null }).execute();
    await log.add(standing({ state: 'waiting', next_at: soon() }), attempt({ status: 503, outcome: 'retried' }));
    await log.add(standing(), attempt({ at: new Date(Date.now() - 7_200_000) }));
    await log.add(standing(), attempt({ at: new Date(Date.now() + 1) }));
    expect((await store.figures()).get('log')).toMatchObject({ delivered: 1, failed: 1, waiting: 1, lastStatus: 200 });
  });

  it('do not count for ever what must be back in its queue', async () => {
    const one = standing({ state: 'waiting', next_at: new Date() });
    await log.add(one);
    await stored.database.kysely.updateTable('deliveries').set({ changed_at: new Date(Date.now() - 60_000), next_at: new Date(Date.now() - 50_000) }).execute();
    expect(await store.waitingFor('log')).toBe(0);
  });
});

describe('retention', () => {
  it('deletes what is old, with its attempts, in portions, and nothing that waits', async () => {
    const old = Array.from({ length: 5 }, () => standing());
    const waiting = standing({ state: 'waiting', next_at: soon() });
    for (const one of [...old, waiting]) await log.add(one, attempt());
    await stored.database.kysely.updateTable('deliveries').set({ changed_at: new Date(Date.now() - 60_000) }).execute();
    const fresh = standing();
    await log.add(fresh, attempt());

    expect(await store.expire(new Date(Date.now() - 1_000), 2)).toBe(5);

    expect((await list()).items.map(({ message }) => message).sort()).toEqual([waiting.message, fresh.message].sort());
    expect(await stored.database.kysely.selectFrom('attempts').select('message').execute()).toHaveLength(2);
  });
});
