import { newId, type Operation, type Operations, type Problem } from '@warren/protocol';
import { add } from '../../test/dead-letters.js';
import { fakeObserver, type FakeObserver } from '../../test/fake-observer.js';
import { startGateway, surroundings, type Surroundings, type TestGateway } from '../../test/start-gateway.js';

let around: Surroundings;
let gateway: TestGateway;
let observer: FakeObserver;

const call = (path: string, method = 'GET', key = newId()) => gateway.call(`/api/v1/operations${path}`, { method, headers: { 'Idempotency-Key': key } });
const list = async (query = '') => (await call(query)).json<Operations>();
const operations = (...rows: Record<string, unknown>[]) => add(around.database, 'operations', ...rows) as Promise<string[]>;

beforeAll(async () => {
  around = await surroundings();
  gateway = await startGateway(around);
  observer = await fakeObserver(around.broker, around.database);
});
beforeEach(async () => {
  await around.database.query('truncate journal.operations');
  observer.requests.length = 0;
  observer.willing = () => Promise.resolve(null);
});

describe('GET /api/v1/operations', () => {
  it('shows an operation as the protocol has it', async () => {
    const outcomes = { open: 1, handled: 2, dead_again: 3, discarded: 4, adopted: 5, replayed: 7, refused: 6 };
    const [id] = await operations({ ...outcomes, state: 'failed', finished_at: '2026-11-20T07:00:00Z', problem: 'The queue is gone.', rate: 1.5, total: 30, done: 21 });

    expect(await list()).toEqual({
      items: [
        {
          id, kind: 'redrive', state: 'failed', by: 'anna', at: '2026-11-20T06:00:00.000Z', selection: { group: 'g1' }, queue: null, rate: 1.5, total: 30, done: 21,
          outcomes: { open: 1, handled: 2, deadAgain: 3, discarded: 4, adopted: 5, replayed: 7, refused: 6 }, finishedAt: '2026-11-20T07:00:00.000Z', problem: 'The queue is gone.',
        },
      ],
      next: null,
    }); // prettier-ignore
  });

  it('has pages that follow each other, the newest first, also among those of the same microsecond', async () => {
    const ids = await operations(...['03', '01', '01', '02'].map((micro) => ({ at: `2026-11-20T06:00:00.0000${micro}Z` })));
    const [newest, one, other, middle] = ids as [string, string, string, string];
    const first = await list('?limit=3');

    const second = await list(`?limit=3&cursor=${first.next!}`);

    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual([newest, middle, ...[one, other].sort().reverse()]);
  });

  it('refuses a cursor that is none, and a limit', async () => {
    expect((await call('?cursor=x')).json<Problem>()).toMatchObject({ status: 400, code: 'wrong-cursor' });
    expect((await call('?limit=500')).json<Problem>()).toMatchObject({ status: 400, issues: [{ path: 'limit' }] });
  });
});

describe('GET /api/v1/operations/{id}', () => {
  it('shows one', async () => {
    const [id] = await operations({ kind: 'adopt', selection: null, queue: 'legacy.dead' }, {});

    expect((await call(`/${id!}`)).json<Operation>()).toMatchObject({ id, kind: 'adopt', queue: 'legacy.dead', selection: null });
  });

  it.each([newId(), 'abc', '%00'])('knows no operation %s', async (id) => {
    expect((await call(`/${id}`)).json<Problem>()).toMatchObject({ status: 404, code: 'unknown-operation' });
  });
});

describe('POST /api/v1/operations/{id}/…', () => {
  it.each([['pause', 'paused'], ['resume', 'running'], ['abort', 'aborted']])('%ss: it is %s then', async (steer, state) => {
    const [id] = await operations({});

    const answer = await call(`/${id!}/${steer}`, 'POST');

    expect([answer.status, answer.json<Operation>()]).toMatchObject([200, { id, state }]);
    expect(observer.requests).toMatchObject([{ kind: 'steer', operation: id, steer, by: 'anonymous' }]);
  });

  it('stands for one operation under one key', async () => {
    const [one, other] = await operations({}, {});

    for (const id of [one, other, other]) await call(`/${id!}/abort`, 'POST', 'key');

    expect(observer.requests.map((request) => 'operation' in request && request.operation)).toEqual([one, other]);
  });

  it('knows nothing else to do with one', async () => {
    const [id] = await operations({});

    expect((await call(`/${id!}/stop`, 'POST')).json<Problem>()).toMatchObject({ status: 404, code: 'unknown-steer', detail: 'An operation takes pause, resume, abort, not stop.' });
    expect((await call(`/${id!}`, 'POST')).status).toBe(405);
    expect(observer.requests).toEqual([]);
  });

  it('knows no operation that is none', async () => {
    expect((await call('/abc/abort', 'POST')).json<Problem>()).toMatchObject({ status: 404, code: 'unknown-operation' });
  });

  it('is refused as the observer refuses it', async () => {
    observer.willing = () => Promise.resolve({ status: 409, code: 'operation-ended', detail: 'It is done already.' });
    const [id] = await operations({ state: 'done' });

    expect((await call(`/${id!}/pause`, 'POST')).json<Problem>()).toMatchObject({ status: 409, code: 'operation-ended', detail: 'It is done already.' });
  });
});
