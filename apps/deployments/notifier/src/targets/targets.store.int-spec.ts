import { storage, target, type Storage } from '../../test/tables.js';
import { RevisionsStore } from './revisions.store.js';
import { TargetsStore } from './targets.store.js';

let here: TargetsStore;
let there: TargetsStore;
let stored: Storage;
const hour = 3_600_000;
const page = { limit: 50 };
const kinds = async () => (await here.events(page)).items.map(({ kind, target: name, by, detail }) => [name, kind, by, detail]);
const row = async (name = 'log') => (await here.all()).find((one) => one.name === name);

beforeAll(async () => {
  stored = await storage();
  here = new TargetsStore(stored.database);
  there = new TargetsStore(stored.other);
});
beforeEach(async () => {
  await stored.database.kysely.deleteFrom('targets').execute();
  await stored.database.kysely.deleteFrom('events').execute();
  await stored.database.kysely.insertInto('targets').values({ name: 'log', spec: JSON.stringify(target('log', { breaker: { failures: 1, probes: 60 } })) as never, leaving: null, disabled: null, opened: null }).execute();
});

describe('an open target', () => {
  it('is opened once, however many notice it, and closed once', async () => {
    await Promise.all([here.opened('log', 'It answered 500.', { n: 1 }, hour), there.opened('log', 'It answered 502.', { n: 2 }, hour)]);
    expect(await row()).toMatchObject({ opened: expect.stringMatching(/50[02]/) as string, breaker: { n: expect.any(Number) as number }, probe_due: false });

    await Promise.all([here.closed('log'), there.closed('log')]);
    expect(await row()).toMatchObject({ opened: null, breaker: null });
    expect((await kinds()).map(([, kind]) => kind)).toEqual(['closed', 'opened']);
  });

  it('gets one probe an interval from all instances together', async () => {
    await here.opened('log', 'It answered 500.', {}, 0);
    const taken = await Promise.all([here, there, here, there].map((store) => store.takeProbe('log', hour)));
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect(await there.takeProbe('log', hour)).toBe(false);
  });

  it('gets none before the first interval is over', async () => {
    await here.opened('log', 'It answered 500.', {}, hour);
    expect(await here.takeProbe('log', hour)).toBe(false);
  });

  it('is open no more when its breaker is taken away, nor opened by an instance that has not heard of it', async () => {
    await here.opened('log', 'It answered 500.', {}, hour);
    await new RevisionsStore(stored.database).add({ hash: 'x', by: 'ann', added: [], changed: [target('log', { breaker: false })], removed: [], waiting: 'deliver' });
    expect(await row()).toMatchObject({ opened: null, breaker: null });

    await there.opened('log', 'It answered 500.', {}, hour);
    expect(await row()).toMatchObject({ opened: null });
    expect((await kinds()).map(([, kind, by]) => [kind, by])).toEqual([['changed', 'ann'], ['closed', 'ann'], ['opened', 'deployments-notifier']]);
  });

  it('gets none when it is closed', async () => expect(await here.takeProbe('log', 1)).toBe(false));
});

describe('a rate limit', () => {
  it('gives each request its own place, evenly spaced, by all instances together', async () => {
    const waits = await Promise.all(Array.from({ length: 10 }, (_, n) => (n % 2 ? here : there).reserve('log', 1_000, hour)));
    const sorted = waits.map((wait) => wait ?? NaN).sort((a, b) => a - b);
    sorted.forEach((wait, n) => expect(Math.abs(wait - n * 1_000)).toBeLessThan(500));
  });

  it('that is changed begins anew, another change leaves it as it was', async () => {
    const change = (more: object) => new RevisionsStore(stored.database).add({ hash: 'x', by: 'ann', added: [], changed: [target('log', more)], removed: [], waiting: 'deliver' });
    await change({ rateLimit: { requests: 1, per: 24 * hour } });
    await here.reserve('log', 24 * hour, hour);
    await change({ rateLimit: { requests: 1, per: 24 * hour }, timeout: 5_000 });
    expect(await here.reserve('log', 24 * hour, hour)).toBeUndefined();
    await change({ rateLimit: { requests: 10, per: 1_000 } });
    expect(await here.reserve('log', 100, hour)).toBeLessThan(1_000);
  });

  it('reserves nothing that is too far away', async () => {
    for (let n = 0; n < 3; n += 1) await here.reserve('log', 1_000, 2_500);
    expect(await here.reserve('log', 1_000, 1_500)).toBeUndefined();
    expect(await here.reserve('log', 1_000, hour)).toBeLessThan(3_100);
  });

  it('does not save up what was not used', async () => {
    await stored.database.kysely.updateTable('targets').set({ next_request: new Date(Date.now() - hour) }).execute();
    const [first, second] = [await here.reserve('log', 1_000, hour), await here.reserve('log', 1_000, hour)];
    expect(first).toBeLessThanOrEqual(0);
    expect(second).toBeGreaterThan(900);
  });
});

describe('a disabled target', () => {
  it('says who disabled it and why, and is enabled again', async () => {
    expect(await here.disable('log', 'moved', 'anna')).toBe(true);
    expect(await row()).toMatchObject({ disabled: 'moved' });
    expect(await there.enable('log', 'bert')).toBe(true);
    expect(await kinds()).toEqual([['log', 'enabled', 'bert', null], ['log', 'disabled', 'anna', 'moved']]); // prettier-ignore
  });

  it('is disabled once', async () => {
    await here.disable('log', 'moved', 'anna');
    expect(await here.disable('log', 'moved', 'anna')).toBe(true);
    expect(await kinds()).toHaveLength(1);
  });

  it('must be there', async () => expect(await here.disable('none', 'moved', 'anna')).toBe(false));
});

describe('events', () => {
  it('have pages that follow each other, of one target or all', async () => {
    for (const why of ['a', 'b', 'c']) await here.disable('log', why, 'anna');
    const first = await here.events({ limit: 2 }, 'log');
    const second = await here.events({ limit: 2, cursor: first.next! }, 'log');
    expect([first, second].map(({ items }) => items.map(({ detail }) => detail))).toEqual([['c', 'b'], ['a']]);
    expect((await here.events(page, 'other')).items).toEqual([]);
  });
});

describe('a revision', () => {
  const change = { hash: 'h1', by: 'anna', added: [], changed: [], removed: [], waiting: 'deliver' as const };

  it('brings targets, changes and removes them, all at once', async () => {
    const revisions = new RevisionsStore(stored.database);
    await revisions.add({ ...change, added: [target('new')], changed: [target('log', { timeout: 7 })] });
    await revisions.add({ ...change, hash: 'h2', removed: ['new'], waiting: 'dead' });

    expect(await row()).toMatchObject({ leaving: null, spec: { timeout: 7 } });
    expect(await row('new')).toMatchObject({ leaving: 'dead' });
    expect((await kinds()).map(([name, kind, , detail]) => [name, kind, detail])).toEqual([['new', 'removed', 'dead'], ['log', 'changed', null], ['new', 'added', null]]); // prettier-ignore
    expect((await revisions.current())?.hash).toBe('h2');
    expect([await revisions.seen('h1'), await revisions.seen('h3')]).toEqual([true, false]);
  });

  it('is decided by one instance at a time', async () => {
    const [one, other] = [new RevisionsStore(stored.database), new RevisionsStore(stored.other)];
    const steps: string[] = [];
    const work = (name: string) => async () => {
      steps.push(`${name} begins`);
      await one.current();
      steps.push(`${name} ends`);
    };
    await Promise.all([one.alone(work('a')), other.alone(work('b'))]);
    expect([steps[0]?.[0], steps[2]?.[0]]).toEqual([steps[1]?.[0], steps[3]?.[0]]);
  });

  it('forgets a target that has left, and no other', async () => {
    await here.gone('log');
    expect(await row()).toBeDefined();
    await new RevisionsStore(stored.database).add({ ...change, hash: 'h4', removed: ['log'] });
    await Promise.all([here.gone('log'), there.gone('log')]);
    expect(await row()).toBeUndefined();
    expect((await kinds()).filter(([, kind]) => kind === 'gone')).toHaveLength(1);
  });
});
