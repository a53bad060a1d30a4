import { waitFor } from '@warren/testing';
import { runningMonitor, type Running } from '../../test/running-monitor.js';

let monitor: Running;

beforeAll(async () => (monitor = await runningMonitor()));
beforeEach(() => Promise.all([monitor.call('DELETE', '/behaviours'), monitor.call('DELETE', '/records')]));
afterAll(() => monitor.close());

const entry = { what: 'DEPLOY-v1', tags: 'code-release', datetime: '2026-11-26T10:00:00Z' };
const event = { id: 'v1', type: 2, timestamp: 1_795_687_200 };
const deliver = (id: string, signal?: AbortSignal) => fetch(`${monitor.url}/api/logs`, { method: 'PUT', body: JSON.stringify(entry), headers: { 'webhook-id': id }, ...(signal && { signal }) });

describe('an endpoint', () => {
  it.each([
    ['PUT', '/api/logs', entry, 200, 'logs'],
    ['PUT', '/api/logs', { ...entry, datetime: '2026-11-26 10:00:00' }, 200, 'logs'],
    ['POST', '/api/events', event, 201, 'events'],
    ['POST', '/api/events', { id: 7, type: 2, timestamp: '2026-11-26T10:00:00+01:00' }, 201, 'events'],
    ['POST', '/api/endpoints/third', 'anything <at> all', 201, 'third'],
    ['PUT', '/api/endpoints/third', '', 200, 'third'],
  ])('takes %s %s with %j', async (method, path, body, status, endpoint) => {
    const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': '1795687200', 'webhook-signature': 'v1,abc', authorization: 'Bearer s3cret', 'content-type': 'application/json' };
    const answer = await monitor.call(method, path, body, headers);

    const stored = await answer.json();
    expect({ status: answer.status, stored }).toMatchObject({ status, stored: { endpoint, method, webhookId: 'msg_1', status, times: 1, body: typeof body === 'string' ? body : JSON.stringify(body) } });
    expect(await monitor.records()).toEqual([stored]);
    expect((await monitor.records())[0]?.headers).toEqual({ 'webhook-id': 'msg_1', 'webhook-timestamp': '1795687200', 'webhook-signature': 'v1,abc', 'content-type': 'application/json' });
  });

  it.each([
    ['PUT', '/api/logs', { ...entry, what: '' }, 'what'],
    ['PUT', '/api/logs', { ...entry, datetime: 'now' }, 'datetime'],
    ['PUT', '/api/logs', { what: 'x', datetime: entry.datetime }, 'tags'],
    ['POST', '/api/events', { ...event, type: 'release' }, 'type'],
    ['POST', '/api/events', { ...event, timestamp: 'now' }, 'timestamp'],
    ['POST', '/api/events', [], ''],
  ])('refuses %s %s with %j, and keeps it', async (method, path, body, field) => {
    const answer = await monitor.call(method, path, body);

    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await answer.json()).toMatchObject({ status: 400, code: 'invalid-request', issues: [{ path: field }] });
    expect(await monitor.records()).toMatchObject([{ status: 400 }]);
  });

  it.each(['', '{"what":'])('refuses the body %j, which is no JSON', async (body) => {
    expect(await (await monitor.call('PUT', '/api/logs', body)).json()).toMatchObject({ status: 400, detail: 'The body is no JSON.' });
  });

  it('takes bodies of 1 MB, and none that is larger', async () => {
    const sizes = [1024 * 1024, 1024 * 1024 + 1].map((size) => monitor.call('POST', '/api/endpoints/third', 'x'.repeat(size)));

    expect((await Promise.all(sizes)).map(({ status }) => status)).toEqual([201, 413]);
  });

  it.each(['/api/endpoints/.hidden', '/api/endpoints/a%20b', `/api/endpoints/${'x'.repeat(101)}`])('has a plain name, not that of %s', async (path) => {
    expect((await monitor.call('POST', path, '')).status).toBe(400);
  });

  it('has its method, and says which', async () => {
    const answer = await monitor.call('POST', '/api/logs', entry);

    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'PUT']);
  });
});

describe('an endpoint that is told to', () => {
  it('fail does so with the status and the Retry-After that it was told, as often as it was told', async () => {
    await monitor.tell('logs', { mode: 'fail', status: 503, retryAfter: 7, times: 1 });

    const [first, second] = [await deliver('a'), await deliver('a')];

    expect([first.status, first.headers.get('retry-after'), second.status]).toEqual([503, '7', 200]);
    expect(await first.json()).toMatchObject({ code: 'told-to-fail' });
    expect(await monitor.records('?endpoint=logs&id=a')).toMatchObject([{ status: 200, times: 2 }, { status: 503, times: 2 }]);
    expect(await monitor.summary('logs')).toEqual({ endpoint: 'logs', requests: 2, accepted: 1, ids: 1, acceptedIds: 1 });
  });

  it('fail says nothing of Retry-After where it was not told, and fails before it looks at the body', async () => {
    await monitor.tell('logs', { mode: 'fail' });

    const answer = await monitor.call('PUT', '/api/logs', 'no JSON');

    expect([answer.status, answer.headers.get('retry-after')]).toEqual([500, null]);
  });

  it('be flaky fails each webhook-id so many times', async () => {
    await monitor.tell('logs', { mode: 'flaky', times: 2 });

    const statuses: number[] = [];
    for (const id of ['a', 'b', 'a', 'a', 'b', 'b']) statuses.push((await deliver(id)).status);

    expect(statuses).toEqual([500, 500, 500, 200, 500, 200]);
  });

  it('be gone answers 410', async () => {
    await monitor.tell('logs', { mode: 'gone' });

    expect((await deliver('a')).status).toBe(410);
  });

  it('be slow takes its time', async () => {
    await monitor.tell('logs', { mode: 'slow', delay: 300 });
    const started = performance.now();

    expect((await deliver('a')).status).toBe(200);
    expect(performance.now() - started).toBeGreaterThanOrEqual(299);
  });

  it('reset ends the connection without an answer', async () => {
    await monitor.tell('logs', { mode: 'reset', times: 1 });

    await expect(deliver('a')).rejects.toMatchObject({ cause: { code: expect.stringMatching(/ECONNRESET|UND_ERR_SOCKET/) as string } });
    expect(await monitor.records()).toMatchObject([{ status: null }]);
    expect((await deliver('a')).status).toBe(200);
  });

  it('hang does not answer, and does not take the request when its caller is gone', async () => {
    await monitor.tell('logs', { mode: 'hang' });
    const caller = new AbortController();
    const answered = jest.fn();
    const hanging = deliver('a', caller.signal).then(answered, () => undefined);
    await waitFor(async () => (await monitor.records()).length === 1);
    await monitor.call('DELETE', '/behaviours');
    expect((await deliver('b')).status).toBe(200); // others are answered meanwhile

    caller.abort();
    await hanging;

    expect(answered).not.toHaveBeenCalled();
    expect(await monitor.records('?id=a')).toMatchObject([{ status: null }]);
  });

  it('be slow does not take what its caller gave up', async () => {
    await monitor.tell('logs', { mode: 'slow', delay: 200, times: 1 });
    const caller = new AbortController();
    const given = deliver('a', caller.signal).catch(() => undefined);
    await waitFor(async () => (await monitor.records()).length === 1);
    caller.abort();
    await given;
    await monitor.tell('events', { mode: 'slow', delay: 300, times: 1 });
    await monitor.call('POST', '/api/events', event); // ends later than the first one

    expect(await monitor.records('?endpoint=logs')).toMatchObject([{ status: null }]);
  });
});

describe('the monitor', () => {
  it('is documented at /docs, and says that it keeps all in memory', async () => {
    const document = (await (await monitor.call('GET', '/docs-json')).json()) as { info: { description: string }; paths: Record<string, object> };

    expect(document.info.description).toContain('in memory only');
    expect(Object.keys(document.paths)).toEqual(expect.arrayContaining(['/api/logs', '/api/events', '/api/endpoints/{name}', '/records', '/records/summary', '/behaviours', '/behaviours/{endpoint}']));
  });
});
