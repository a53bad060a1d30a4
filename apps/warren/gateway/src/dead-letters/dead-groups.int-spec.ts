import { type DeadGroup, type DeadGroups, type Problem } from '@warren/protocol';
import { add } from '../../test/dead-letters.js';
import { fakeObserver, type FakeObserver } from '../../test/fake-observer.js';
import { startGateway, surroundings, type Surroundings, type TestGateway } from '../../test/start-gateway.js';

let around: Surroundings;
let gateway: TestGateway;
let observer: FakeObserver;

const get = (path: string) => gateway.call(`/api/v1/dead-letters/groups${path}`);
const list = async (query = '') => (await get(query)).json<DeadGroups>();
const ids = ({ items }: DeadGroups) => items.map(({ id, dead }) => [id, dead]);
const groups = (...rows: Record<string, unknown>[]) => add(around.database, 'dead_groups', ...rows);
const problemOf = async (path: string) => (await get(path)).json<Problem>();
const note = (group: string, body: string) => gateway.call(`/api/v1/dead-letters/groups/${group}/notes`, { method: 'POST', body });

beforeAll(async () => {
  around = await surroundings();
  gateway = await startGateway(around);
  observer = await fakeObserver(around.broker, around.database);
});
beforeEach(async () => {
  await around.database.query('truncate journal.dead_letters, journal.dead_groups');
  observer.requests.length = 0;
});

describe('GET /api/v1/dead-letters/groups', () => {
  it('shows a group as the protocol has it', async () => {
    const trend = Array.from({ length: 24 }, (_, hour) => hour);
    await groups({ dead: 3, total: 5_000_000_000, stack: 'TypeError\n    at till.ts', trend, notes: '[{"at":"2026-11-20T07:00:00.5+00:00","by":"anna","text":"Known."}]' });

    expect((await list()).items).toEqual([
      {
        id: 'g1', flow: 'shop', queue: 'shop.till', consumer: 'shop.till', cause: { name: 'TypeError', message: 'item is undefined', stack: 'TypeError\n    at till.ts' },
        dead: 3, total: 5_000_000_000, firstSeen: '2026-11-20T06:00:00.000Z', lastSeen: '2026-11-20T06:00:00.000Z', trend,
        notes: [{ at: '2026-11-20T07:00:00.500Z', by: 'anna', text: 'Known.' }],
      },
    ]); // prettier-ignore
  });

  it('has those of which some wait, the one last seen first; with all, all', async () => {
    await groups({ id: 'old', last_seen: '2026-11-19T06:00:00Z' }, { id: 'new', dead: 2, last_seen: '2026-11-21T06:00:00Z' }, { id: 'done', dead: 0 });

    expect(ids(await list())).toEqual([['new', 2], ['old', 1]]);
    expect(ids(await list('?all=true'))).toEqual([['new', 2], ['done', 0], ['old', 1]]);
  });

  it.each(['', '?q=', '?q=%20'])('counts no letter for the page %j, which is without a search', async (query) => {
    await groups({ dead: 1_000_000 });

    expect(ids(await list(query))).toEqual([['g1', 1_000_000]]);
  });

  it('has with a search those whose letters it finds, and how many', async () => {
    await groups({ id: 'g1', dead: 7 }, { id: 'g2', dead: 7, last_seen: '2026-11-21T06:00:00Z' }, { id: 'g3', dead: 7 });
    const letters = [{ line: 'tea' }, { line: 'tea' }, { line: 'tea', state: 'handled' }, { line: 'tea', group: 'g2' }, { line: 'milk', group: 'g3' }];
    await add(around.database, 'dead_letters', ...letters);

    expect(ids(await list('?q=line:tea'))).toEqual([['g2', 1], ['g1', 2]]);
    expect(ids(await list('?q=state:handled'))).toEqual([['g1', 1]]);
  });

  it('has pages that follow each other, also among groups seen in the same microsecond', async () => {
    const seen = ['2026-11-20T06:00:00.000002Z', '2026-11-20T06:00:00.000001Z', '2026-11-20T06:00:00.000002Z', '2026-11-20T06:00:00.000003Z'];
    await groups(...seen.map((last_seen, n) => ({ id: `g${n}`, last_seen })));
    const pages: unknown[] = [];

    for (let next: string | null = ''; next !== null; ) {
      const page = await list(`?limit=1${next && `&cursor=${next}`}`);
      pages.push(page.items[0]?.id);
      next = page.next;
    }

    expect(pages).toEqual(['g3', 'g0', 'g2', 'g1']);
  });

  it('refuses a cursor of another list, a wrong search, and what is not described', async () => {
    await add(around.database, 'dead_letters', {}, {});
    const { next } = (await gateway.call('/api/v1/dead-letters?limit=1')).json<DeadGroups>();

    expect(await problemOf(`?cursor=${next!}`)).toMatchObject({ status: 400, code: 'wrong-cursor', detail: expect.stringContaining('list of groups') as string });
    expect(await problemOf('?q=flow:')).toMatchObject({ status: 422, code: 'query-syntax', column: 6, issues: [{ path: 'q' }] });
    expect(await problemOf('?all=yes')).toMatchObject({ status: 400, issues: [{ path: 'all' }] });
  });
});

describe('GET /api/v1/dead-letters/groups/{id}', () => {
  it('shows one, also when none of it waits', async () => {
    await groups({ id: 'g0', dead: 0 }, {});

    expect((await get('/g0')).json<DeadGroup>()).toMatchObject({ id: 'g0', dead: 0 });
  });

  it.each([['g9', 404], ['%00', 404], ['x'.repeat(101), 404], ['%ED%A0%80', 400]])('knows no group %s: %i', async (id, status) => {
    expect((await get(`/${id}`)).status).toBe(status);
  });
});

describe('POST /api/v1/dead-letters/groups/{id}/notes', () => {
  it('leaves a note by who asks, and answers the group', async () => {
    await groups({});

    const answer = await note('g1', '{"text":"Known."}');

    expect(answer.status).toBe(201);
    expect(answer.json<DeadGroup>()).toMatchObject({ id: 'g1', notes: [{ by: 'anonymous', text: 'Known.' }] });
    expect(observer.requests).toMatchObject([{ kind: 'note', group: 'g1', text: 'Known.', by: 'anonymous' }]);
  });

  it.each(['', '{}', '{"text":""}', '{"text":"a\\u0000b"}', '{"text":"\\ud800"}', '{"text":1}', '{"text":"a","by":"me"}', 'text', JSON.stringify({ text: 'x'.repeat(4001) })])(
    'refuses the body %s', async (body) => {
      await groups({});

      expect((await note('g1', body)).status).toBe(400);
      expect(observer.requests).toEqual([]);
    },
  ); // prettier-ignore

  it('asks nobody about a group that is not there', async () => {
    expect((await note('g9', '{"text":"x"}')).json<Problem>()).toMatchObject({ status: 404, code: 'unknown-group' });
    expect(observer.requests).toEqual([]);
  });
});
