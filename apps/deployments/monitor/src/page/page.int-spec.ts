import { runningMonitor, type Running } from '../../test/running-monitor.js';

let monitor: Running;

beforeAll(async () => (monitor = await runningMonitor()));
beforeEach(() => Promise.all([monitor.call('DELETE', '/behaviours'), monitor.call('DELETE', '/records')]));
afterAll(() => monitor.close());

const page = async () => (await monitor.call('GET', '/')).text();

describe('the page', () => {
  it('is there before anything came', async () => {
    const answer = await monitor.call('GET', '/');

    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await answer.text()).toContain('Nothing yet.');
  });

  it('shows the last 50 requests, newest first, and what endpoints were told', async () => {
    for (let n = 1; n <= 51; n += 1) await monitor.call('POST', '/api/endpoints/third', `body-${n}-`, { 'webhook-id': `msg_${n}` });
    await monitor.tell('logs', { mode: 'fail', status: 503, retryAfter: 9 });

    const html = await page();

    expect(html.match(/body-\d+-/g)).toEqual(Array.from({ length: 50 }, (_, n) => `body-${51 - n}-`));
    expect(html).toContain('<td>logs</td><td>fail</td><td>503</td>');
    expect(html).toContain('<td>third</td><td>51</td><td>51</td><td>51</td><td>51</td>');
  });

  it('shows what anybody sent as text, and lets no script run', async () => {
    const hostile = `<script>alert("1")</script><img src=x onerror='alert(2)'>&amp;`;
    await monitor.call('POST', '/api/endpoints/third', hostile, { 'webhook-id': '<b>id</b>', 'webhook-signature': '"><i>' });

    const answer = await monitor.call('GET', '/');
    const html = await answer.text();

    expect(html).toContain('<td>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&lt;img src=x onerror=&#39;alert(2)&#39;&gt;&amp;amp;</td>');
    expect(html).toContain('<td>&lt;b&gt;id&lt;/b&gt;</td>');
    expect(html).toContain('<td>&quot;&gt;&lt;i&gt;</td>');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  });
});

describe('the records', () => {
  it('are had by endpoint and webhook-id, 100 where nothing else is said', async () => {
    for (let n = 0; n < 101; n += 1) await monitor.call('POST', '/api/endpoints/third', '', { 'webhook-id': `msg_${n % 2}` });

    expect(await monitor.records()).toHaveLength(100);
    expect(await monitor.records('?limit=10000')).toHaveLength(101);
    expect(await monitor.records('?endpoint=third&id=msg_1&limit=1000')).toHaveLength(50);
    expect(await monitor.records('?endpoint=logs')).toEqual([]);
  });

  it.each(['?limit=0', '?limit=10001', '?limit=x', '?endpoint=', '?id=', '?color=red'])('are not had with %s', async (query) => {
    expect(await (await monitor.call('GET', `/records${query}`)).json()).toMatchObject({ status: 400, code: 'invalid-request' });
  });
});

describe('behaviours', () => {
  it('are shown, and cleared', async () => {
    await monitor.tell('logs', { mode: 'slow', delay: 5 });
    const list = async (): Promise<unknown> => (await monitor.call('GET', '/behaviours')).json();

    expect(await list()).toEqual({ items: [{ endpoint: 'logs', mode: 'slow', status: 500, delay: 5, left: null }] });
    expect((await monitor.call('DELETE', '/behaviours')).status).toBe(204);
    expect(await list()).toEqual({ items: [] });
  });

  it.each([['logs', { mode: 'sleep' }], ['logs', 'fail'], ['a%20b', { mode: 'fail' }], ['logs', { mode: 'fail', status: 200 }]])('of %s are not %j', async (endpoint, behaviour) => {
    expect((await monitor.call('PUT', `/behaviours/${endpoint}`, behaviour)).status).toBe(400);
  });
});
