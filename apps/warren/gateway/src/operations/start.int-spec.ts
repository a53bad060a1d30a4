import { type DryRun, newId, type Operation, type Problem } from '@warren/protocol';
import { add } from '../../test/dead-letters.js';
import { fakeObserver, type FakeObserver } from '../../test/fake-observer.js';
import { startGateway, surroundings, type Surroundings, type TestGateway } from '../../test/start-gateway.js';

let around: Surroundings;
let gateway: TestGateway;
let observer: FakeObserver;

const post = (path: string, body: unknown, key?: string) =>
  gateway.call(`/api/v1/dead-letters/${path}`, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body), headers: key === undefined ? {} : { 'Idempotency-Key': key } });
const operationOf = async (...asked: Parameters<typeof post>) => (await post(...asked)).json<Operation>();

beforeAll(async () => {
  around = await surroundings();
  gateway = await startGateway(around);
  observer = await fakeObserver(around.broker, around.database);
});
beforeEach(async () => {
  await around.database.query('truncate journal.dead_letters, journal.operations');
  observer.requests.length = 0;
  observer.willing = () => Promise.resolve(null);
});

describe.each(['redrive', 'discard'])('POST /api/v1/dead-letters/%s', (kind) => {
  it.each([[{ ids: [1, 2] }], [{ group: 'g1' }], [{ query: 'cause:TypeError' }], [{ query: '' }]])('begins an operation on %j, and says where to look for it', async (selection) => {
    const answer = await post(kind, { ...selection, rate: 2.5 });

    const operation = answer.json<Operation>();
    expect([answer.status, answer.headers.get('location')]).toEqual([202, `/api/v1/operations/${operation.id}`]);
    expect(operation).toMatchObject({ kind, state: 'running', by: 'anonymous', selection, rate: 2.5 });
    expect(observer.requests).toEqual([{ id: operation.id, by: 'anonymous', kind, selection, rate: 2.5 }]);
  });

  it('goes as fast as it can where no rate is asked for', async () => expect(await operationOf(kind, { group: 'g1' })).toMatchObject({ rate: null }));

  it.each([
    [{ ids: [1] }, 1],
    [{ ids: [1, 2, 3, 99] }, 2],
    [{ group: 'g1' }, 1],
    [{ query: 'line:tea or line:milk' }, 2],
    [{ query: 'state:handled' }, 0],
    [{ query: '' }, 2],
  ])('only counts in a dry run of %j: %i', async (selection, total) => {
    await around.database.query('alter table journal.dead_letters alter id restart');
    await add(around.database, 'dead_letters', { line: 'tea' }, { line: 'milk', group: 'g2', queue: 'shop.stock' }, { line: 'tea', state: 'handled' });

    const answer = await post(kind, { ...selection, dryRun: true });

    expect([answer.status, answer.json<DryRun>()]).toMatchObject([200, { dryRun: true, total }]);
    expect(observer.requests).toEqual([]);
  });

  it('says in a dry run which queues it would touch', async () => {
    await add(around.database, 'dead_letters', { queue: 'b' }, { queue: 'a' }, { queue: 'b' });

    expect((await post(kind, { group: 'g1', dryRun: true })).json<DryRun>()).toEqual({ dryRun: true, total: 3, queues: [{ queue: 'a', total: 1 }, { queue: 'b', total: 2 }] });
  });

  it.each([
    ['{"ids":', ''],
    ['', ''],
    ['[]', ''],
    ['{}', 'Say which dead letters: by one of ids, group and query.'],
    ['{"rate":5}', 'Say which dead letters: by one of ids, group and query.'],
    ['{"ids":[1],"group":"g1"}', 'Say which dead letters: by one of ids, group and query.'],
    ['{"ids":[]}', 'ids'],
    [JSON.stringify({ ids: Array.from({ length: 1001 }, (_, n) => n) }), 'ids'],
    ['{"ids":[-1]}', 'ids.0'],
    ['{"ids":[1.5]}', 'ids.0'],
    ['{"ids":["1"]}', 'ids.0'],
    ['{"group":""}', 'group'],
    ['{"group":"a\\u0000"}', 'group'],
    ['{"query":"\\ud800"}', 'query'],
    [JSON.stringify({ query: 'x'.repeat(2001) }), 'query'],
    ['{"group":"g1","rate":0}', 'rate'],
    ['{"group":"g1","rate":"fast"}', 'rate'],
    ['{"group":"g1","dryRun":"yes"}', 'dryRun'],
    ['{"group":"g1","dry_run":true}', 'dry_run'],
  ])('refuses the body %.60s', async (body, named) => {
    const answer = await post(kind, body);

    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.json<Problem>())).toContain(named);
    expect(observer.requests).toEqual([]);
  });

  it('refuses a body that is too long', async () => expect((await post(kind, { query: ' '.repeat(70_000) })).status).toBe(413));

  it.each([true, false])('points at what is wrong in a query (dry run: %s)', async (dryRun) => {
    const answer = await post(kind, { query: 'flow:shop and', dryRun });

    const problem = answer.json<Problem>();
    expect(problem).toMatchObject({ status: 422, code: 'query-syntax', line: 1, column: 14, offset: 13 });
    expect(problem.issues).toEqual([{ path: 'query', message: problem.detail }]);
    expect(observer.requests).toEqual([]);
  });

  it.each([
    [404, 'unknown-dead-letter', 'There is no dead letter 7.'],
    [409, 'not-dead', 'Dead letter 7 was redriven already.'],
    [409, 'not-dead', 'Dead letter 7 was discarded.'],
  ])('is refused as the observer refuses it: %i %s, %s', async (status, code, detail) => {
    observer.willing = () => Promise.resolve({ status, code, detail });

    expect((await post(kind, { ids: [7] })).json<Problem>()).toMatchObject({ status, code, detail });
  });
});

describe('POST /api/v1/dead-letters/adopt', () => {
  it('begins to take in a queue', async () => {
    const answer = await post('adopt', { queue: 'legacy.dead', origin: 'legacy.orders', rate: 10 });

    const operation = answer.json<Operation>();
    expect([answer.status, answer.headers.get('location')]).toEqual([202, `/api/v1/operations/${operation.id}`]);
    expect(operation).toMatchObject({ kind: 'adopt', queue: 'legacy.dead', selection: null });
    expect(observer.requests).toMatchObject([{ kind: 'adopt', queue: 'legacy.dead', origin: 'legacy.orders', rate: 10 }]);
  });

  it.each(['', '{}', '{"queue":""}', `{"queue":"${'é'.repeat(128)}"}`, '{"queue":"a","dryRun":true}', '{"queue":"a","origin":""}'])('refuses the body %.40s', async (body) => {
    expect((await post('adopt', body)).status).toBe(400);
    expect(observer.requests).toEqual([]);
  });
});

describe('an Idempotency-Key', () => {
  it('gives the answer of the first time to who asks again, and asks the observer once', async () => {
    const first = await operationOf('redrive', { group: 'g1' }, 'key-1');
    const again = await operationOf('redrive', { group: 'g1' }, 'key-1');

    expect(again.id).toBe(first.id);
    expect(observer.requests).toHaveLength(1);
  });

  it('makes one operation of two requests at once', async () => {
    const both = await Promise.all([1, 2].map(() => operationOf('redrive', { group: 'g1' }, 'key-2')));

    expect(new Set(both.map(({ id }) => id)).size).toBe(1);
    expect(new Set(observer.requests.map(({ id }) => id)).size).toBe(1);
    expect(await around.database.query('select from journal.operations')).toHaveLength(1);
  });

  it('gives a refusal again too', async () => {
    observer.willing = () => Promise.resolve({ status: 409, code: 'not-dead', detail: 'Dead letter 7 was discarded.' });
    await post('redrive', { ids: [7] }, 'key-3');
    observer.willing = () => Promise.resolve(null);

    expect((await post('redrive', { ids: [7] }, 'key-3')).status).toBe(409);
  });

  it.each([
    ['another key', 'redrive', { group: 'g1' }, 'key-5'],
    ['another route', 'discard', { group: 'g1' }, 'key-4'],
    ['another body', 'redrive', { group: 'g2' }, 'key-4'],
    ['none', 'redrive', { group: 'g1' }, undefined],
  ])('does not stand for %s', async (_, path, body, key) => {
    const { id } = await operationOf('redrive', { group: 'g1' }, 'key-4');

    expect((await operationOf(path, body, key)).id).not.toBe(id);
  });

  it('is of 1 to 255 characters', async () => {
    expect((await post('redrive', { group: 'g1' }, '')).json<Problem>()).toMatchObject({ status: 400, code: 'wrong-idempotency-key' });
    expect((await post('redrive', { group: 'g1' }, 'k'.repeat(256))).status).toBe(400);
    expect((await post('redrive', { group: 'g1' }, 'k'.repeat(255))).status).toBe(202);
  });

  it('is no other than an id where it is one', async () => {
    const key = newId();

    expect((await operationOf('redrive', { group: 'g1' }, key)).id).not.toBe(key);
  });
});
