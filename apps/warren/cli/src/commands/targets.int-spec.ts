import { type Delivery, type TargetStatus, type TargetTest } from '@warren/protocol';
import { FakeGateway } from '../../test/fake-gateway.js';
import { warren } from '../../test/warren.js';

const at = '2026-11-20T06:40:00.102Z';
const message = '0193a1c2-7d3e-7c4f-9a53-2f6b1c0d9e11';
const target: TargetStatus = {
  name: 'grafana', queue: 'deployments.grafana', method: 'POST', url: 'https://grafana.example.org', state: 'open', reason: 'It answered 503.', since: at,
  concurrency: 5, waiting: 12, delivered: 240, failed: 9, lastAt: at, lastStatus: 503,
}; // prettier-ignore
const tested: TargetTest = { request: { method: 'PUT', url: target.url, headers: { authorization: '***' }, body: '{"a":1}' }, ms: 84, status: 201, delivered: true, error: null, body: 'thanks\u001b[2J' };
const delivery: Delivery = {
  message, journey: message, target: 'grafana', release: 'v1', state: 'waiting', at, nextAt: at,
  attempts: [{ at, attempt: 1, redrive: 0, instance: 'notifier-1', ms: 84, status: 503, outcome: 'retried', error: 'It answered 503.', body: 'no' }],
}; // prettier-ignore

let gateway: FakeGateway;
const ask = (...args: string[]) => warren(args, { url: gateway.url });
beforeEach(async () => (gateway = await FakeGateway.start()));
afterEach(() => gateway.close());

describe('warren targets', () => {
  it('shows how each is doing, and what is wrong with the file', async () => {
    const targets = { items: [target, { ...target, name: 'slack', state: 'delivering', waiting: null, lastAt: null, lastStatus: null, reason: null }], revision: 3, problems: [{ line: 4, message: 'unknown key "methode"' }, { line: null, message: 'no such file' }] };
    gateway.serves({ 'GET /api/v1/targets': [targets] });
    const { out, err } = await ask('targets');
    expect(out).toMatch(/^grafana +open +12 +240 +9 +503 2026\S+ +https:\S+ +It answered 503\.$/m);
    expect(out).toMatch(/^slack +delivering +\? +240 +9 +- +https:\S+$/m);
    expect(err).toBe('The targets file: line 4: unknown key "methode"\nThe targets file: no such file\n');
    expect(JSON.parse((await ask('targets', '--json')).out)).toEqual(targets);
  });

  it('says that there are none', async () => {
    gateway.serves({ 'GET /api/v1/targets': [{ items: [], revision: 0, problems: [] }] });
    expect(await ask('targets')).toEqual({ code: 0, out: '', err: 'There are none.\n' });
  });

  it('tests one: shows the request and the answer, harmless to a terminal', async () => {
    gateway.serves({ 'POST /api/v1/targets/grafana/test': [tested] });
    expect(await ask('targets', 'test', 'grafana', '--release', 'v7')).toEqual({
      code: 0, err: '', out: `PUT ${target.url}\nauthorization: ***\n\n{"a":1}\n\n201 after 84 ms\n\nthanks\ufffd[2J\n`,
    }); // prettier-ignore
    expect(JSON.parse(gateway.asked[0]?.body ?? '')).toEqual({ release: 'v7' });
  });

  it('fails where the test would not count as delivered', async () => {
    gateway.serves({ 'POST /api/v1/targets/grafana/test': [{ ...tested, status: null, delivered: false, error: 'connection refused', body: null }] });
    expect(await ask('targets', 'test', 'grafana')).toMatchObject({ code: 1, out: expect.stringContaining('No answer after 84 ms'), err: 'connection refused\n' });
  });

  it('disables and enables one', async () => {
    gateway.serves({ 'POST /api/v1/targets/grafana/disable': [{ ...target, state: 'disabled' }], 'POST /api/v1/targets/grafana/enable': [{ ...target, state: 'delivering', waiting: 0 }] });
    expect((await ask('targets', 'disable', 'grafana', '--reason', 'moved')).out).toBe('grafana is disabled, 12 waiting.\n');
    expect(JSON.parse(gateway.asked[0]?.body ?? '')).toEqual({ reason: 'moved' });
    expect((await ask('targets', 'enable', 'grafana')).out).toBe('grafana is delivering.\n');
    expect(JSON.parse((await ask('targets', 'enable', 'grafana', '--json')).out)).toMatchObject({ name: 'grafana' });
  });

  it('reloads the file, and says what it did', async () => {
    const reloaded = { revision: 4, added: ['sentry', 'slack'], changed: [], removed: ['log'] };
    gateway.serves({ 'POST /api/v1/targets/reload': [reloaded, { revision: 4, added: [], changed: [], removed: [] }, reloaded] });
    expect((await ask('targets', 'reload', '--waiting', 'deliver')).out).toBe('Revision 4: added sentry, slack; removed log.\n');
    expect(JSON.parse(gateway.asked[0]?.body ?? '')).toEqual({ waiting: 'deliver' });
    expect((await ask('targets', 'reload')).out).toBe('Revision 4: nothing has changed.\n');
    expect(JSON.parse((await ask('targets', 'reload', '--json')).out)).toEqual(reloaded);
  });

  it('says why a reload is refused, and takes no other word for what waits', async () => {
    gateway.refuses({ status: 409, detail: 'Messages wait for "log".' });
    expect(await ask('targets', 'reload')).toEqual({ code: 1, out: '', err: 'Messages wait for "log".\n' });
    expect((await ask('targets', 'reload', '--waiting', 'drop')).code).toBe(2);
  });

  it('tells what happened to them', async () => {
    const event = { id: 7, target: 'grafana', kind: 'opened', at, by: 'deployments-notifier', detail: 'It answered 503.' };
    gateway.serves({ 'GET /api/v1/targets/events': [{ items: [event], next: 'x' }] });
    const { out, err } = await ask('targets', 'events', 'grafana', '--limit', '1');
    expect(out).toMatch(/^2026\S+ +grafana +opened +deployments-notifier +It answered 503\.$/m);
    expect([gateway.asked[0]?.url, err]).toEqual(['/api/v1/targets/events?target=grafana&limit=1', 'There are more: see --limit.\n']);
  });

  it('asks for no other path than that of a target', async () => {
    gateway.refuses({ status: 404, detail: 'There is no target.' });
    await ask('targets', 'enable', '../state');
    expect(gateway.asked.map(({ url }) => url)).toEqual(['/api/v1/targets/..%2Fstate/enable']);
  });
});

describe('warren deliveries', () => {
  beforeEach(() => gateway.serves({ 'GET /api/v1/deliveries': [{ items: [delivery, { ...delivery, release: 'v0', attempts: [] }], next: null }] }));

  it('lists them', async () => {
    const { out } = await ask('deliveries', '--target', 'grafana', '--state', 'waiting');
    expect(out).toMatch(new RegExp(`^2026\\S+ +v1 +grafana +waiting +1 +It answered 503\\. +${message}$`, 'm'));
    expect(out).toMatch(/^2026\S+ +v0 +grafana +waiting +0 +- /m);
    expect(gateway.asked[0]?.url).toBe('/api/v1/deliveries?target=grafana&state=waiting&limit=20');
    expect(JSON.parse((await ask('deliveries', '--json')).out)).toHaveLength(2);
  });

  it('shows every request of one message', async () => {
    expect((await ask('deliveries', '--message', message)).out).toMatch(/^grafana +1 +2026\S+ +84 +503 +retried +notifier-1 +It answered 503\.$/m);
    expect(gateway.asked[0]?.url).toBe(`/api/v1/deliveries?message=${message}&limit=20`);
  });

  it('shows one of which no request was sent yet', async () => {
    gateway.serves({ 'GET /api/v1/deliveries': [{ items: [{ ...delivery, attempts: [] }], next: null }] });
    const { out, err } = await ask('deliveries', '--message', message);
    expect(out).toMatch(/^grafana +0 +2026\S+ +- +- +waiting +-$/m);
    expect(err).toBe('');
  });

  it('takes no state that is none', async () => expect((await ask('deliveries', '--state', 'lost')).code).toBe(2));
});
