import { type JournalBacklog, type ServiceStatus, type SystemState, type Transition } from '@warren/protocol';
import { FakeGateway } from '../test/fake-gateway.js';
import { warren } from '../test/warren.js';

const state: SystemState = { state: 'RUNNING', run: 3, epoch: 7, converged: true, since: '2026-11-01T06:35:01.373Z', age: 0 };
const transition: Transition = {
  id: '0191f6a2-0000-7000-8000-000000000000', epoch: 8, run: 3, from: 'RUNNING', to: 'PAUSED', by: 'anonymous', state: 'PAUSED',
  askedAt: '2026-11-01T06:35:01.373Z', confirmedAt: '2026-11-01T06:35:02.373Z', quiet: true, quietAt: null, open: [], entries: [],
}; // prettier-ignore
const published = { id: transition.id, journey: transition.id, flow: 'signal', contract: 'original', topic: 'my.o' };

let gateway: FakeGateway;
const ask = (...args: string[]) => warren(args, { url: gateway.url });

beforeEach(async () => (gateway = await FakeGateway.start()));
afterEach(() => gateway.close());

describe('warren state', () => {
  it('prints the state', async () => {
    gateway.answersJson(state);
    expect(await ask('state')).toEqual({ code: 0, out: 'RUNNING\n', err: '' });
  });

  it.each(['/warren', '/warren/'])('finds a gateway behind a path: %s', async (path) => {
    gateway.answersJson(state);
    expect(await warren(['state'], { url: `${gateway.url}${path}` })).toMatchObject({ code: 0, out: 'RUNNING\n' });
    expect(gateway.asked).toMatchObject([{ url: '/warren/state' }]);
  });

  it('changes it, and prints the state that the system is in then', async () => {
    gateway.answersJson(transition);
    expect(await ask('state', 'pause')).toEqual({ code: 0, out: 'PAUSED\n', err: '' });
    expect(gateway.asked).toEqual([expect.objectContaining({ method: 'PUT', url: '/state', body: '{"state":"PAUSED"}' })]);
  });

  it('prints the whole transition as JSON, wherever --json stands', async () => {
    gateway.answersJson(transition);
    for (const args of [['--json', 'state', 'PAUSED'], ['state', 'PAUSED', '--json']]) {
      expect(JSON.parse((await ask(...args)).out)).toEqual(transition);
    }
  });

  it('says in one line who did not confirm, and exits with 1', async () => {
    gateway.refuses({ status: 504, detail: 'PAUSED was not confirmed by signal-imed-3fa9\nwithin 5000 ms.' });
    expect(await ask('state', 'PAUSED')).toEqual({ code: 1, out: '', err: 'PAUSED was not confirmed by signal-imed-3fa9 within 5000 ms.\n' });
  });

  it('takes no other state, without asking anybody', async () => {
    const { code, err } = await ask('state', 'STOPPED');
    expect([code, err]).toEqual([2, expect.stringContaining('It is INIT, RUNNING, PAUSED or SHUTDOWN.')]);
    expect(gateway.asked).toEqual([]);
  });
});

describe('warren status', () => {
  const beat = new Date().toISOString();
  const services: ServiceStatus[] = [
    { service: 'observer', instances: [{ instance: 'observer-1a2b', version: '0.1.0', startedAt: new Date(Date.now() - 7_380_000).toISOString(), lastBeat: beat, epoch: 7, requests: 5, handled: 11, memory: 90_400_000, lag: 1.26 }] },
    { service: 'signal-imed', instances: [] },
  ];
  const keepsUp: JournalBacklog = { messages: 3, bytes: 1_200, limit: 2_000_000_000, full: 'pause', dropped: 0, seconds: 0.02 };
  const answer = (system: SystemState, journal = keepsUp) => {
    const served: Record<string, object> = { '/state': system, '/api/v1/services': { items: services }, '/api/v1/journal': journal };
    gateway.answers(({ url }, response) => void response.end(JSON.stringify(served[url])));
  };

  it('shows the state and a row for every instance, also for a service without one', async () => {
    answer(state);
    const [first, second, , ...rows] = (await ask('status')).out.split('\n');
    expect(second).toBe('The journal keeps up');
    expect(first).toBe('RUNNING since 2026-11-01T06:35:01.373Z, run 3, epoch 7, all services agree');
    expect(rows[0]).toMatch(/^SERVICE +INSTANCE +VERSION +UP +REQUESTS +HANDLED +MEMORY +LAG +LAST BEAT$/);
    expect(rows[1]).toMatch(/^observer +observer-1a2b +0\.1\.0 +2 h 3 min +5 +11 +90 MB +1\.3 ms +\d s ago$/);
    expect(rows[2]).toMatch(/^signal-imed +none runs +-/);
  });

  it('says when the state may be old, and when services differ', async () => {
    answer({ ...state, converged: false, age: 12.4 });
    expect((await ask('status')).out).toContain('not all services agree yet, as read 12 s ago: the database is away');
  });

  it.each([
    [{ seconds: 75, messages: 12_000, bytes: 2_100_000 }, 'The journal is 1 min 15 s behind: 12000 wait (2.1 of 2000 MB)'],
    [{ seconds: 75, messages: null, bytes: null }, 'The journal is 1 min 15 s behind: the broker does not say how many wait'],
    [{ seconds: 75, messages: 12_000, bytes: 2_000_000_000, dropped: 7 }, 'The journal is 1 min 15 s behind: 12000 wait (2000.0 of 2000 MB); 7 were DROPPED from its full backlog: they are in no journey'],
    [{ seconds: null, messages: 2 }, 'The journal has nothing yet: 2 wait (0.0 of 2000 MB)'],
  ])('says how far the journal is behind: %j', async (journal, line) => {
    answer(state, { ...keepsUp, ...journal });
    expect((await ask('status')).out.split('\n')[1]).toBe(line);
  });

  it('is all of it as JSON', async () => {
    answer(state);
    expect(JSON.parse((await ask('status', '--json')).out)).toEqual({ ...state, services, journal: keepsUp });
  });
});

describe('warren run-log', () => {
  const lines = '2026-11-01T06:35:01.373Z: INIT\n2026-11-01T06:35:01.380Z: RUNNING\n';

  it('prints it as it is', async () => {
    gateway.answersText(lines);
    expect((await ask('run-log')).out).toBe(lines);
  });

  it('prints entries as JSON', async () => {
    gateway.answersText(lines);
    expect(JSON.parse((await ask('run-log', '--json')).out)).toEqual([
      { at: '2026-11-01T06:35:01.373Z', state: 'INIT' },
      { at: '2026-11-01T06:35:01.380Z', state: 'RUNNING' },
    ]);
  });
});

describe('warren publish', () => {
  it('posts the payload and prints the id', async () => {
    gateway.answersJson(published);
    expect((await ask('publish', 'signal.original', '{"text":"hello"}')).out).toBe(`${published.id}\n`);
    expect(gateway.asked).toEqual([expect.objectContaining({ method: 'POST', url: '/api/v1/flows/signal/original', body: '{"text":"hello"}' })]);
  });

  it('says which fields are wrong', async () => {
    gateway.refuses({ status: 400, detail: 'The payload does not fit.', issues: [{ path: 'text', message: 'expected string' }] });
    expect(await ask('publish', 'signal.original', '{}')).toMatchObject({ code: 1, err: 'The payload does not fit. text: expected string\n' });
  });

  it('refuses what is no JSON, without asking anybody', async () => {
    expect(await ask('publish', 'signal.original', '{text:hello}')).toMatchObject({ code: 1, err: expect.stringContaining('The payload is no JSON') });
    expect(gateway.asked).toEqual([]);
  });

  it.each(['signal', 'signal.', 'a.b.c'])('takes %s for wrong usage', async (target) => {
    expect((await ask('publish', target, '{}')).code).toBe(2);
  });
});

describe('a gateway', () => {
  it('gets the key, where there is one', async () => {
    gateway.answersJson(state);
    await warren(['state'], { url: gateway.url, key: 'wrn_secret' });
    await ask('state');
    expect(gateway.asked.map(({ headers }) => headers.authorization)).toEqual(['Bearer wrn_secret', undefined]);
  });

  it('that wants a key is told about with where it comes from', async () => {
    gateway.refuses({ status: 401, detail: 'Send a key.' });
    expect((await ask('state')).err).toBe('Send a key. The command line takes its key from WARREN_KEY.\n');
  });

  it('that is not there is told about in one line', async () => {
    const gone = await FakeGateway.start();
    const { url } = gone;
    await gone.close();
    expect(await warren(['state'], { url })).toEqual({ code: 1, out: '', err: `No gateway answers at ${url}: run npm start, or set --url or WARREN_URL.\n` });
  });

  it('can be chosen by --url', async () => {
    gateway.answersJson(state);
    expect((await warren(['state', '--url', gateway.url])).code).toBe(0);
    expect(await warren(['state', '--url', 'gateway'])).toMatchObject({ code: 1, err: expect.stringMatching(/^"gateway" is no URL/) });
  });

  it('that answers nonsense is not believed', async () => {
    gateway.answersText('hello');
    expect(await ask('state')).toMatchObject({ code: 1, out: '', err: expect.stringContaining('is it a gateway of another version?') });
  });
});

describe('usage', () => {
  it.each([[[]], [['fly']], [['state', '--fast']], [['publish', 'signal.original']]])('that is wrong exits with 2: %j', async (args: string[]) => {
    const { code, out, err } = await ask(...args);
    expect([code, out]).toEqual([2, '']);
    expect(err).not.toBe('');
  });

  it('is shown by --help, on stdout', async () => {
    expect(await ask('--help')).toMatchObject({ code: 0, err: '', out: expect.stringContaining('Exit codes: 0 done, 1 failed, 2 wrong usage.') });
  });
});
