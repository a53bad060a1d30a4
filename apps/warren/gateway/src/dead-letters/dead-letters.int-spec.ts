import { zstdCompressSync } from 'node:zlib';
import { type DeadLetterDetail, deadLetterFields, type DeadLetters, newId, type Problem } from '@warren/protocol';
import { add } from '../../test/dead-letters.js';
import { lockTable } from '../../test/lock-table.js';
import { startGateway, surroundings, type Surroundings, type TestGateway } from '../../test/start-gateway.js';

let around: Surroundings;
let gateway: TestGateway;

const get = (path: string) => gateway.call(`/api/v1/dead-letters${path}`);
const list = async (query = '') => (await get(query)).json<DeadLetters>();
const found = async (q: string) => (await list(`?q=${encodeURIComponent(q)}`)).items.map(({ line }) => line);
const letters = (...rows: Record<string, unknown>[]) => add(around.database, 'dead_letters', ...rows);
const problem = async (path: string) => {
  const answer = await get(path);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  return answer.json<Problem>();
};

beforeAll(async () => {
  around = await surroundings();
  gateway = await startGateway(around);
});
beforeEach(() => around.database.query('truncate journal.dead_letters, journal.attempts, journal.hops'));

describe('GET /api/v1/dead-letters', () => {
  it('shows those that wait, the newest first, as the protocol has them', async () => {
    await letters({ line: 'first' }, { line: 'gone', state: 'handled' }, { line: 'last', stack: 'TypeError: at x', operation: newId(), refusal: 'Queue "shop.till" is gone.' });

    const { items, next } = await list();

    expect(items.map(({ line }) => line)).toEqual(['last', 'first']);
    expect(next).toBeNull();
    expect(items[1]).toEqual({
      id: 1, message: items[1]!.journey, journey: expect.any(String) as string, flow: 'shop', queue: 'shop.till', consumer: 'shop.till', contract: 'shop.order@1', service: 'shop-web',
      foreign: false, redrive: 0, attempt: 5, state: 'dead', group: 'g1', cause: { name: 'TypeError', message: 'item is undefined' }, at: '2026-11-20T06:00:00.000Z', size: 13,
      line: 'first', edited: false, operation: null, refusal: null,
    }); // prettier-ignore
  });

  it.each([
    ['flow:shop', ['b', 'a']],
    ['cause:RangeError', ['b']],
    ['consumer:"shop.till" and not cause:RangeError', ['a']],
    ['state:handled', ['c']],
    ['not state:dead', ['c']],
    ['state:dead or state:handled', ['c', 'b', 'a']],
    ['cause:RangeError or line:c', ['b']],
    ['payload.item.id:42', ['b']],
    ['group:g2', ['b']],
    ['at>=2026-11-20T07:00', ['b']],
    ['undefined', ['b', 'a']],
    ['', ['b', 'a']],
  ])('finds by %j: %j', async (q, lines) => {
    await letters({ line: 'a' }, { line: 'b', cause: 'RangeError', group: 'g2', at: '2026-11-20T08:00:00Z', payload: '{"item":{"id":42}}' }, { line: 'c', state: 'handled' });

    expect(await found(q)).toEqual(lines);
  });

  it('finds by journey', async () => {
    const journey = newId();
    await letters({ line: 'a' }, { line: 'b', journey });

    expect(await found(`journey:${journey}`)).toEqual(['b']);
  });

  it('can be searched by every field', async () => {
    const values = { text: 'x', number: '1', boolean: 'true', uuid: newId(), time: '2026-11-20', json: 'x' };

    for (const [field, kind] of Object.entries(deadLetterFields)) expect(await found(`${field}${kind === 'json' ? '.a' : ''}:${values[kind]}`)).toEqual([]);
  });

  it('has pages that follow each other, also while more die', async () => {
    await letters(...['a', 'b', 'c'].map((line) => ({ line })));
    const first = await list('?limit=2');
    await letters({ line: 'd' });

    const second = await list(`?limit=2&cursor=${first.next!}`);

    expect([first, second].map(({ items }) => items.map(({ line }) => line))).toEqual([['c', 'b'], ['a']]);
    expect(second.next).toBeNull();
  });

  it.each([
    ['?limit=0', 'limit'],
    ['?limit=201', 'limit'],
    ['?limit=x', 'limit'],
    ['?limit=1.5', 'limit'],
    ['?query=x', ''],
    ['?q=a%00b', 'q'],
  ])('refuses %s, naming the field', async (query, path) => {
    expect(await problem(query)).toMatchObject({ status: 400, code: 'invalid-request', issues: [{ path }] });
  });

  it('refuses a cursor that is none', async () => {
    expect(await problem('?cursor=abc')).toMatchObject({ status: 400, code: 'wrong-cursor', detail: expect.stringContaining('list of dead letters') as string });
  });

  it.each([
    ['flow:', 'Expected a value after "flow:" at column 6.', 5, 1, 6],
    ['flow:shop and\n(cause:x', 'Expected a closing ")" for the one at line 2, column 1.', 14, 2, 1],
    ['flwo:shop', 'There is no field "flwo" at column 1. There are id, message, ', 0, 1, 1],
    ['id:abc', 'at column 4', 3, 1, 4],
  ])('points at what is wrong in %j', async (q, detail, offset, line, column) => {
    const found = await problem(`?q=${encodeURIComponent(q)}`);

    expect(found).toMatchObject({ status: 422, code: 'query-syntax', detail: expect.stringContaining(detail) as string, offset, line, column });
    expect(found.issues).toEqual([{ path: 'q', message: found.detail }]);
  });

  it('gives up a search that takes too long', async () => {
    const { call, close } = await startGateway(around, { SEARCH_DEADLINE: '300' });
    const free = await lockTable(around.database, 'dead_letters');

    const answer = await call('/api/v1/dead-letters?q=tea').finally(free);

    expect(answer.json<Problem>()).toMatchObject({ status: 422, code: 'search-too-long', detail: expect.stringContaining('300 ms: narrow it') as string });
    await close();
  });
});

describe('GET /api/v1/dead-letters/{id}', () => {
  const detail = async (id: unknown) => (await get(`/${String(id)}`)).json<DeadLetterDetail>();

  it('shows the payload, its headers without secrets, and the stack', async () => {
    const shown = Buffer.from('{"item":"tea","card":"***"}');
    const [id] = await letters({ shown, stack: 'TypeError: item is undefined\n    at till.ts', headers: '{"warren-at":1,"Authorization":"Bearer abc"}' });

    expect(await detail(id)).toMatchObject({
      payload: { item: 'tea', card: '***' },
      headers: { 'warren-at': 1, Authorization: '***' },
      contentType: 'application/json',
      cause: { name: 'TypeError', message: 'item is undefined', stack: 'TypeError: item is undefined\n    at till.ts' },
      attempts: [],
      hops: [],
    });
  });

  it('unpacks a body, and shows one that is no JSON as text', async () => {
    const [packed, text] = await letters({ compressed: true, shown: zstdCompressSync(Buffer.from('{"item":"tea"}')) }, { shown: Buffer.from('Hello') });

    expect(await detail(packed)).toMatchObject({ payload: { item: 'tea' } });
    expect(await detail(text)).toMatchObject({ text: 'Hello' });
    expect(await detail(text)).not.toHaveProperty('payload');
  });

  it('shows only the line of a body that is longer than a message may be', async () => {
    const [id] = await letters({ size: 8 * 1024 * 1024 + 1, line: 'xxx', shown: Buffer.from('x') });

    expect(await detail(id)).toMatchObject({ text: 'xxx' });
  });

  it('shows every attempt at this queue, and the hops of the message at all its consumers', async () => {
    const [message, alias] = [newId(), newId()];
    const [id] = await letters({ message: alias, foreign: true });
    const times = { started_at: '2026-11-20T06:00:00Z', finished_at: '2026-11-20T06:00:01Z' };
    const attempt = { message: alias, queue: 'shop.till', redrive: 0, attempt: 1, outcome: 'retried', service: 'shop-till', instance: 'shop-till-1', ...times };
    await add(around.database, 'attempts', { ...attempt, attempt: 2, outcome: 'dead', error_name: 'TypeError', error_message: 'x' }, { ...attempt, retry_at: times.finished_at }, { ...attempt, redrive: 1 }, { ...attempt, queue: 'shop.stock' });
    const hop = { message, outcome: 'dead', attempt: 2, redrive: 1, consumer: 'shop.till', queue: 'shop.till', instance: 'shop-till-1', children: 0, ...times };
    await add(around.database, 'hops', { ...hop, alias }, { ...hop, queue: 'shop.stock', consumer: 'shop.stock', outcome: 'open', instance: null, started_at: null, finished_at: null }, { ...hop, message: newId() });

    const { attempts, hops } = await detail(id);

    expect(attempts.map(({ redrive, attempt, outcome, error, retryAt }) => [redrive, attempt, outcome, error?.name, retryAt])).toEqual([
      [0, 1, 'retried', undefined, '2026-11-20T06:00:01.000Z'],
      [0, 2, 'dead', 'TypeError', null],
      [1, 1, 'retried', undefined, null],
    ]);
    expect(hops.map(({ queue, outcome, finishedAt }) => [queue, outcome, finishedAt])).toEqual([['shop.stock', 'open', null], ['shop.till', 'dead', '2026-11-20T06:00:01.000Z']]);
  });

  it.each(['7', 'abc', '-1', '1.5', '99999999999999999999', '%00'])('knows no dead letter %s', async (id) => {
    expect(await problem(`/${id}`)).toMatchObject({ status: 404, code: 'unknown-dead-letter' });
  });
});
