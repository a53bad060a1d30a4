import { Deliveries, TargetEvents, Targets, TargetStatus, type Delivery } from '@warren/protocol';
import { onTeardown, waitFor } from '@warren/testing';
import { Webhook } from 'standardwebhooks';
import { httpEndpoint, type Endpoint, type Got } from '../../test/endpoint.js';
import { startNotifier, type Notifier } from '../../test/start-notifier.js';

const secret = `whsec_${Buffer.from('a secret of 24 bytes ...').toString('base64')}`;
interface Given {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}
type Respond = (got: Got, before: number) => Given | undefined;

let notifier: Notifier;
const ends = new Map<string, Endpoint>();
const respond = new Map<string, Respond>();
/** An endpoint that answers as `respond` says: 200 where it says nothing; undefined: it hangs. */
async function endpoint(name: string): Promise<string> {
  const end: Endpoint = await httpEndpoint((response, got) => {
    const before = end.got.filter(({ headers }) => headers['webhook-id'] === got.headers['webhook-id']).length - 1;
    const answer: Given | undefined = (respond.get(name) ?? (() => ({ status: 200 })))(got, before);
    if (answer) response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  onTeardown(() => end.close());
  ends.set(name, end);
  return `http://127.0.0.1:${end.port}/`;
}

const got = (name: string) => ends.get(name)?.got ?? [];
const idsAt = (name: string) => got(name).map(({ headers }) => headers['webhook-id']);
const status = async (name: string) => (await notifier.ask(TargetStatus, `/targets/${name}`));
const events = async (name: string) => (await notifier.ask(TargetEvents, `/targets/events?target=${name}`)).items.map(({ kind }) => kind);
async function deliveryOf(message: string, target: string): Promise<Delivery | undefined> {
  return (await notifier.ask(Deliveries, `/deliveries?message=${message}&target=${target}`)).items[0];
}
const until = (message: string, target: string, state: Delivery['state']) =>
  waitFor(async () => { const found = await deliveryOf(message, target); return found?.state === state && found; }, { what: `${target} ${state}` }); // prettier-ignore
const dead = async () => (await notifier.broker.queue('warren.dead')).messages;

beforeAll(async () => {
  process.env['RELEASE_SECRET'] = secret;
  const names = ['log', 'slow', 'wrong', 'weak', 'busy', 'goner', 'open', 'paced', 'off', 'narrow'];
  const urls = new Map<string, string>();
  for (const name of names) urls.set(name, await endpoint(name));
  const settings: Record<string, object> = {
    log: { secrets: ['${RELEASE_SECRET}'] },
    slow: { timeout: '5s', concurrency: 1 },
    narrow: { timeout: '1s', concurrency: 1, attempts: 1 },
    weak: { attempts: 2 },
    open: { attempts: 2, breaker: { failures: 3, probes: 60 }, concurrency: 2 },
    paced: { rateLimit: { requests: 20, per: '1s' }, concurrency: 20 },
  };
  respond.set('slow', () => undefined);
  notifier = await startNotifier(names.map((name) => ({ name, url: urls.get(name) ?? '', ...settings[name] })));
});
beforeEach(() => {
  for (const name of ends.keys()) if (name !== 'slow') respond.delete(name);
});

describe('a release', () => {
  it('reaches each target signed, as its preset says, and the attempt can be looked up', async () => {
    respond.set('log', () => ({ status: 201, body: `welcome, ${secret}` }));

    const id = await notifier.release('v"1"');

    const { attempts, state, release } = await until(id, 'log', 'delivered');
    const { method, headers, body } = got('log').at(-1) ?? {};
    expect(method).toBe('PUT');
    expect(JSON.parse(body ?? '')).toMatchObject({ what: 'DEPLOY-v"1"', tags: 'code-release' });
    expect(headers).toMatchObject({ 'webhook-id': id });
    expect(() => new Webhook(secret).verify(body ?? '', headers as Record<string, string>)).not.toThrow();
    expect({ attempts, state, release }).toMatchObject({ state: 'delivered', release: 'v"1"', attempts: [{ attempt: 1, status: 201, outcome: 'delivered', body: 'welcome, ***' }] });
  });

  it('has its request, and its timeout, only when those before it have ended', async () => {
    respond.set('narrow', () => undefined);
    const ids = [await notifier.release('v1'), await notifier.release('v2')];
    const began = [];
    for (const id of ids) began.push(Date.parse((await until(id, 'narrow', 'dead')).attempts[0]?.at ?? ''));
    expect(Math.max(...began) - Math.min(...began)).toBeGreaterThan(900);
  });

  it('is not held up by a target that hangs', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, (_, n) => notifier.release(`v${n}`)));
    await waitFor(() => ids.every((id) => idsAt('log').includes(id)), { what: 'all at the healthy one' });
    expect(new Set(idsAt('slow')).size).toBe(1);
  });

  it('is tried again with the same id until it is taken', async () => {
    respond.set('wrong', (_, before) => ({ status: before < 2 ? 503 : 200 }));
    const id = await notifier.release('v2');
    const { attempts } = await until(id, 'wrong', 'delivered');
    expect(attempts.map(({ attempt, status: code, outcome }) => [attempt, code, outcome])).toEqual([[1, 503, 'retried'], [2, 503, 'retried'], [3, 200, 'delivered']]); // prettier-ignore
    expect(idsAt('wrong').filter((one) => one === id)).toHaveLength(3);
  });

  it('waits as long as the target asks for', async () => {
    respond.set('busy', (_, before) => (before < 1 ? { status: 429, headers: { 'retry-after': '1' } } : { status: 200 }));
    const id = await notifier.release('v3');
    const { attempts } = await until(id, 'busy', 'delivered');
    const [first, second] = attempts.map(({ at }) => Date.parse(at));
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(1_000);
  });

  it.each([400, 401, 404, 301])('is a dead letter at once where the answer is %i', async (code) => {
    const before = await dead();
    respond.set('wrong', () => ({ status: code, headers: { location: 'http://127.0.0.1:1/' } }));
    const id = await notifier.release('v4');
    const { attempts } = await until(id, 'wrong', 'dead');
    expect(attempts).toMatchObject([{ attempt: 1, status: code, outcome: 'dead', error: expect.stringContaining(String(code)) as string }]);
    await waitFor(async () => (await dead()) === before + 1);
  });

  it('is a dead letter when its attempts are used up', async () => {
    respond.set('weak', () => ({ status: 500 }));
    const id = await notifier.release('v5');
    expect((await until(id, 'weak', 'dead')).attempts.map(({ outcome }) => outcome)).toEqual(['retried', 'dead']);
  });
});

describe('a target', () => {
  it('that answers 410 is disabled, with an event; its messages wait, and go out when it is enabled', async () => {
    respond.set('goner', () => ({ status: 410 }));
    const id = await notifier.release('v6');
    await waitFor(async () => (await status('goner')).state === 'disabled');
    const later = await notifier.release('v7');
    expect(await events('goner')).toEqual(['disabled', 'added']);
    expect((await status('goner')).reason).toContain('410');

    respond.delete('goner');
    await notifier.call('/targets/goner/enable', { method: 'POST' });

    expect((await until(id, 'goner', 'delivered')).attempts.map(({ attempt, outcome }) => [attempt, outcome])).toEqual([[1, 'held'], [1, 'delivered']]); // prettier-ignore
    await until(later, 'goner', 'delivered');
  });

  it('that fails again and again opens: no message is given up, probes come one a second, and a good one closes it', async () => {
    respond.set('open', () => ({ status: 500 }));
    const ids = await Promise.all(Array.from({ length: 10 }, (_, n) => notifier.release(`open-${n}`)));
    await waitFor(async () => (await status('open')).state === 'open');
    const before = got('open').length;
    await waitFor(() => got('open').length >= before + 2, { what: 'two probes' });
    const states = await Promise.all(ids.map((id) => deliveryOf(id, 'open')));
    expect(states.filter((one) => one?.state === 'dead')).toEqual([]);

    respond.delete('open');
    for (const id of ids) await until(id, 'open', 'delivered');

    expect(await events('open')).toEqual(['closed', 'opened', 'added']);
    expect((await status('open')).state).toBe('delivering');
  }, 40_000);

  it('gets no more than its rate limit lets through', async () => {
    const times: number[] = [];
    respond.set('paced', () => { times.push(performance.now()); return { status: 200 }; }); // prettier-ignore
    const begun = performance.now(); // not the first request's time: one that is slow to arrive would make the others seem too fast
    const ids = await Promise.all(Array.from({ length: 30 }, (_, n) => notifier.release(`paced-${n}`)));
    for (const id of ids) await until(id, 'paced', 'delivered');
    expect(times).toHaveLength(30);
    expect((times.length - 1) / ((Number(times.at(-1)) - begun) / 1_000)).toBeLessThanOrEqual(20);
  });

  it('is disabled and enabled by an operator: meanwhile its messages wait', async () => {
    expect((await notifier.ask(TargetStatus, '/targets/off/disable', { method: 'POST', body: '{"reason":"being moved"}' }))).toMatchObject({ state: 'disabled', reason: 'being moved' });
    const before = got('off').length;
    const id = await notifier.release('v8');
    await waitFor(async () => (await status('off')).waiting === 1);
    expect(got('off')).toHaveLength(before);

    await notifier.call('/targets/off/enable', { method: 'POST' });

    await until(id, 'off', 'delivered');
  });

  it('is tested without a release', async () => {
    respond.set('log', () => ({ status: 404, body: `no such path, ${secret}` }));
    const { status: code, body } = await notifier.call('/targets/log/test', { method: 'POST', body: '{"release":"try"}' });
    expect([code, body]).toMatchObject([200, { status: 404, delivered: false, body: 'no such path, ***', request: { method: 'PUT', body: expect.stringContaining('DEPLOY-try') as string } }]);
  });

  it.each(['/targets/none', '/targets/none/enable', '/targets/none/test'])('that is not there is 404: %s', async (path) => {
    const answer = await notifier.call(path, path.split('/').length > 3 ? { method: 'POST' } : {});
    expect(answer).toMatchObject({ status: 404, body: { code: 'unknown-target', detail: 'There is no target "none": see GET /api/v1/targets.' } });
  });

  it('has figures for Prometheus', async () => {
    const text = await (await fetch(`${notifier.url}/metrics`)).text();
    expect(text).toMatch(/^warren_delivery_attempts_total\{.*target="weak",outcome="dead".*\} 1$/m);
    expect(text).toMatch(/^warren_target_delivering\{.*target="weak".*\} 1$/m);
  });

  it('is shown with its queue, its figures and no secret', async () => {
    const body = await notifier.ask(Targets, '/targets');
    expect(JSON.stringify(body)).not.toContain(secret);
    expect(body.items.find(({ name }) => name === 'weak')).toMatchObject({ queue: 'deployments.weak', method: 'PUT', state: 'delivering', failed: 2, waiting: 0 });
    expect(body.problems).toEqual([]);
  });
});
