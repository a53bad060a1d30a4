import { type Journey, newId, type Operation, type Problem, type Replays } from '@warren/protocol';
import { add } from '../../test/dead-letters.js';
import { fakeObserver, type FakeObserver } from '../../test/fake-observer.js';
import { startGateway, surroundings, type Surroundings, type TestGateway } from '../../test/start-gateway.js';

let around: Surroundings;
let gateway: TestGateway;
let observer: FakeObserver;
const journey = newId();
const replay = newId();

const post = (path: string, body?: unknown) => gateway.call(`/api/v1/journeys/${path}`, { method: 'POST', body: JSON.stringify(body) });
async function root(more: Record<string, unknown> = {}): Promise<string> {
  const id = newId();
  await add(around.database, 'messages', { id, journey: id, flow: 'shop', topic: 'shop.order', type: 'shop.order@1', service: 'shop-web', run: 1, foreign: false, at: new Date(), size: 10, line: 'tea', ...more });
  return id;
}

beforeAll(async () => {
  around = await surroundings();
  gateway = await startGateway(around);
  observer = await fakeObserver(around.broker, around.database);
});
beforeEach(async () => {
  await around.database.query('truncate journal.messages, journal.hops, journal.replays, journal.operations');
  for (const id of [journey, replay]) await add(around.database, 'messages', { id, journey: id, flow: 'mail', topic: 'mail.out', type: 'mail.out@1', at: new Date(), line: '' });
  observer.requests.length = 0;
  observer.willing = () => Promise.resolve(null);
});

describe('POST /api/v1/journeys/replay', () => {
  it.each([[{ ids: [journey] }], [{ query: 'flow:shop state:dead' }], [{ query: '' }]])('begins an operation on %j, and says where to look for it', async (selection) => {
    const answer = await post('replay', { ...selection, rate: 2.5 });

    const operation = answer.json<Operation>();
    expect([answer.status, answer.headers.get('location')]).toEqual([202, `/api/v1/operations/${operation.id}`]);
    expect(operation).toMatchObject({ kind: 'replay', state: 'running', selection, rate: 2.5 });
    expect(observer.requests).toEqual([{ id: operation.id, by: 'anonymous', kind: 'replay', selection, rate: 2.5 }]);
  });

  it.each([
    [{ query: 'state:dead' }, 1],
    [{ query: 'queue:shop.till outcome:dead' }, 1],
    [{ query: 'tea not flow:signal' }, 2],
    [{ query: '' }, 5],
    [{ ids: [journey, newId()] }, 1],
  ])('only counts in a dry run of %j: %i', async (selection, total) => {
    for (const more of [{}, { flow: 'signal', type: 'signal.original@1' }]) await root(more);
    const id = await root();
    await add(around.database, 'hops', { message: id, journey: id, queue: 'shop.till', outcome: 'dead', redrive: 0 });

    const answer = await post('replay', { ...selection, dryRun: true });

    expect([answer.status, answer.json()]).toMatchObject([200, { dryRun: true, total }]);
    expect(observer.requests).toEqual([]);
  });

  it('says in a dry run what it would publish', async () => {
    for (const more of [{}, {}, { type: null, topic: 'my.o' }]) await root(more);

    expect((await post('replay', { query: 'tea', dryRun: true })).json()).toMatchObject({ contracts: [{ contract: 'my.o', total: 1 }, { contract: 'shop.order@1', total: 2 }] });
  });

  it.each([
    [{}, 'Say which journeys'],
    [{ ids: [journey], query: '' }, 'Say which journeys'],
    [{ ids: [] }, 'ids'],
    [{ ids: ['1'] }, 'ids.0'],
    [{ query: 'x', rate: 0 }, 'rate'],
    [{ query: 'x', dry_run: true }, 'dry_run'],
  ])('refuses the body %j', async (body, named) => {
    const answer = await post('replay', body);

    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.json<Problem>())).toContain(named);
  });

  it.each([true, false])('points at what is wrong in a query (dry run: %s)', async (dryRun) => {
    const problem = (await post('replay', { query: 'qeue:x', dryRun })).json<Problem>();

    expect(problem).toMatchObject({ status: 422, code: 'query-syntax', issues: [{ path: 'query', message: problem.detail }] });
    expect(problem.detail).toContain('There is no field "qeue"');
  });
});

describe('POST /api/v1/journeys/{id}/replay', () => {
  it('replays the one', async () => {
    const answer = await post(`${journey.toUpperCase()}/replay`);

    expect(answer.status).toBe(202);
    expect(observer.requests).toMatchObject([{ kind: 'replay', selection: { ids: [journey] } }]);
  });

  it.each([['MSG_7', 400, 'invalid-id'], [newId(), 404, 'unknown-journey']])('knows no %s', async (id, status, code) => {
    expect((await post(`${id}/replay`)).json<Problem>()).toMatchObject({ status, code });
    expect(observer.requests).toEqual([]);
  });

  it('is refused as the observer refuses it', async () => {
    observer.willing = () => Promise.resolve({ status: 404, code: 'unknown-journey', detail: 'The journal has no root of it.' });

    expect((await post(`${journey}/replay`)).json<Problem>()).toMatchObject({ status: 404, detail: 'The journal has no root of it.' });
  });
});

describe('what has been replayed', () => {
  it('is linked to its replay, and the replay to it; what was refused is not', async () => {
    const operation = newId();
    await add(around.database, 'replays', { operation, journey, replay, state: 'replayed' }, { operation: newId(), journey, replay: newId(), state: 'refused' });

    const links = async (id: string) => (await gateway.call(`/api/v1/journeys/${id}`)).json<Journey>();

    expect(await links(journey)).toMatchObject({ replayOf: null, replays: [replay] });
    expect(await links(replay)).toMatchObject({ replayOf: journey, replays: [] });
  });

  it('is listed for its operation, page by page', async () => {
    const [operation, other] = await add(around.database, 'operations', { kind: 'replay' }, {});
    const all = [newId(), newId(), newId()].map((id) => ({ journey: newId(), replay: id, state: 'replayed', refusal: null }));
    await add(around.database, 'replays', ...all.map((one) => ({ ...one, operation })), { operation: other, journey, replay: newId(), state: 'replaying' });
    const page = async (query: string) => (await gateway.call(`/api/v1/operations/${String(operation)}/replays?${query}`)).json<Replays>();

    const first = await page('limit=2');

    expect(first.items).toEqual(all.slice(0, 2));
    expect(await page(`cursor=${first.next}`)).toEqual({ items: all.slice(2), next: null });
    expect((await gateway.call(`/api/v1/operations/${newId()}/replays`)).status).toBe(404);
  });
});
