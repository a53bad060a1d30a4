import { type Problem, type Services, type SystemState, type Transition } from '@warren/protocol';
import { waitFor } from '@warren/testing';
import { fakeInstance, type FakeInstance, fakeObserver } from '../../test/fake-instance.js';
import { startGateway, surroundings, type Surroundings, type TestGateway } from '../../test/start-gateway.js';

let around: Surroundings;
let gateway: TestGateway;
let imed: FakeInstance;

const put = (body: string, headers: Record<string, string> = {}) => gateway.call('/state', { method: 'PUT', body, headers });
const transition = async (state: string) => (await put(state, { accept: 'application/json' })).json<Transition>();
const state = async () => (await gateway.call('/state', { headers: { accept: 'application/json' } })).json<SystemState>();
const runLog = async () => (await gateway.call('/run-log')).text.split('\n').slice(0, -1).map((line) => line.split(': ')[1]);
const told = (fake: FakeInstance, since: number) => fake.commands.filter(({ epoch }) => epoch > since).map(({ state, sources, attached }) => [state, sources, attached]);
const never = () => new Promise<void>(() => undefined);

beforeAll(async () => {
  around = await surroundings();
  gateway = await startGateway(around);
  await fakeObserver(around.broker, around.database);
  imed = await fakeInstance(around.broker, 'imed');
  await waitFor(() => imed.commands.length > 0);
});

afterEach(async () => {
  imed.willing = () => Promise.resolve();
  await around.database.query('delete from journal.open_hops');
  if ((await state()).state !== 'RUNNING') await put('INIT');
});

describe('the first start', () => {
  it('performs INIT by itself and tells late joiners', async () => {
    expect((await gateway.call('/run-log')).text).toMatch(/^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z: [A-Z]+\n){2}$/);
    expect(await runLog()).toEqual(['INIT', 'RUNNING']);
    expect(imed.commands.at(-1)).toMatchObject({ state: 'RUNNING', run: 1, sources: true, attached: 'all' });
  });
});

describe('PUT /state', () => {
  it.each([
    ['?payload=PAUSED', '', {}],
    ['', 'PAUSE', {}],
    ['', 'PAUSED\n', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['', '{"state":"PAUSED"}', { 'content-type': 'application/json' }],
    ['', 'paused', { 'content-type': 'image/png' }],
  ])('takes %j with the body %j and %j', async (query, body, headers) => {
    const answer = await gateway.call(`/state${query}`, { method: 'PUT', body: Buffer.from(body), headers });

    expect(answer).toMatchObject({ status: 200, text: 'PAUSED' });
    expect((await gateway.call('/state')).text).toBe('PAUSED');
  });

  it.each([
    ['', '', 400],
    ['', 'STOPPED', 400],
    ['?payload=', 'PAUSED', 400],
    ['?payload=PAUSED&payload=INIT', 'PAUSED', 400],
    ['', '{"state":"PAUSED"', 400],
    ['', '{"mode":"PAUSED"}', 400],
    ['', `${' '.repeat(1024)}PAUSED`, 413],
  ])('changes nothing for %j with the body %j: %i', async (query, body, status) => {
    const before = await state();

    const answer = await gateway.call(`/state${query}`, { method: 'PUT', body });

    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await state()).toMatchObject({ epoch: before.epoch, state: before.state });
  });

  it('answers as JSON the whole transition, with who asked', async () => {
    expect(await transition('PAUSED')).toMatchObject({
      from: 'RUNNING', to: 'PAUSED', state: 'PAUSED', by: 'anonymous', quiet: true, open: [],
      entries: [{ service: 'gateway' }, { service: 'imed', instance: imed.instance, confirmedAt: expect.any(String) as string }],
    }); // prettier-ignore
    expect(await state()).toMatchObject({ state: 'PAUSED', converged: true, age: 0 });
  });

  it('writes no line and decides nothing for the same state, but hears everybody again', async () => {
    const first = await transition('PAUSED');
    const [log, commands] = [await runLog(), imed.commands.length];

    const again = await transition('PAUSED');

    expect(again).toMatchObject({ id: first.id, epoch: first.epoch });
    expect(imed.commands.length).toBe(commands + 1);
    expect(await runLog()).toEqual(log);
  });

  it('starts a new run with INIT, in RUNNING too', async () => {
    const { run, epoch } = await state();
    const log = await runLog();

    expect(await put('INIT')).toMatchObject({ status: 200, text: 'RUNNING' });

    expect((await state()).run).toBe(run + 1);
    expect((await runLog()).slice(log.length)).toEqual(['INIT', 'RUNNING']);
    expect(told(imed, epoch)).toEqual([['INIT', false, 'all'], ['RUNNING', true, 'all']]);
  });

  it('makes one run of two INITs at once', async () => {
    const { run } = await state();

    const [one, other] = await Promise.all([transition('INIT'), transition('INIT')]);

    expect(other.id).toBe(one.id);
    expect((await state()).run).toBe(run + 1);
  });

  it('performs two transitions one after the other', async () => {
    const { epoch } = await state();
    const order: string[] = [];
    imed.willing = async (command) => {
      order.push(`told ${command.epoch}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
      order.push(`done ${command.epoch}`);
    };

    const answers = await Promise.all([put('PAUSED'), put('RUNNING')]);

    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(order).toEqual([1, 2].flatMap((n) => [`told ${epoch + n}`, `done ${epoch + n}`]));
  });

  it('closes the sources, then the consumers, then the journal in SHUTDOWN, from where only INIT leads', async () => {
    const { epoch } = await state();

    expect(await put('SHUTDOWN')).toMatchObject({ status: 200, text: 'SHUTDOWN' });

    expect(told(imed, epoch)).toEqual([['SHUTDOWN', false, 'all'], ['SHUTDOWN', false, 'journal'], ['SHUTDOWN', false, 'none']]);
    for (const refused of ['RUNNING', 'PAUSED']) {
      const answer = await put(refused);
      expect({ status: answer.status, code: answer.json<Problem>().code }).toEqual({ status: 409, code: 'system-is-shut-down' });
    }
    expect((await runLog()).at(-1)).toBe('SHUTDOWN');
  });

  it('answers at the deadline who did and who did not confirm, and goes on', async () => {
    let release: () => void = () => undefined;
    imed.willing = () => new Promise((resolve) => (release = resolve));

    const answer = await put('PAUSED');

    expect(answer.status).toBe(504);
    expect(answer.json<Problem>()).toMatchObject({ code: 'not-confirmed', unconfirmed: [imed.instance], confirmed: [expect.stringMatching(/^gateway-/)] });
    expect(await state()).toMatchObject({ state: 'PAUSED', converged: false });
    release();
    imed.beat({ epoch: (await state()).epoch });
    await waitFor(async () => (await state()).converged);
  });

  it('goes on to RUNNING when INIT is not confirmed', async () => {
    imed.willing = never;

    expect((await put('INIT')).status).toBe(504);

    expect((await state()).state).toBe('RUNNING');
    expect((await runLog()).slice(-2)).toEqual(['INIT', 'RUNNING']);
  });

  it('names a service whose process died, until it is back', async () => {
    const dead = await fakeInstance(around.broker, 'mortal');
    await waitFor(() => dead.commands.length > 0);
    await dead.die();

    const answer = await put('PAUSED');

    expect(answer.status).toBe(504);
    expect(answer.json<Problem>()).toMatchObject({ unconfirmed: ['mortal (no instance runs)'] });
    const back = await fakeInstance(around.broker, 'mortal');
    await waitFor(() => back.commands.length > 0);
    expect(await put('RUNNING')).toMatchObject({ status: 200 });
    back.beat({ leaving: true });
    await waitFor(async () => !(await gateway.call('/api/v1/services')).text.includes('mortal'));
    expect(await put('PAUSED')).toMatchObject({ status: 200 });
  });

  it('tells other methods which there are', async () => {
    const answer = await gateway.call('/state', { method: 'DELETE' });

    expect({ status: answer.status, allow: answer.headers.get('allow') }).toEqual({ status: 405, allow: 'GET, HEAD, PUT' });
  });
});

describe('a pause', () => {
  it('answers at the deadline what is still open, and notes later when it became quiet', async () => {
    await around.database.query(`insert into journal.open_hops (flow, queue, root_seq, opened_seq, retry_at) values ('signal', 'signal.imed', 1, 2, now()), ('signal', 'signal.imed', 3, 3, null)`);

    const paused = await transition('PAUSED');

    expect(paused).toMatchObject({ quiet: false, quietAt: null, open: [{ flow: 'signal', open: 2, waitingForRetry: 1 }] });
    await around.database.query('delete from journal.open_hops');
    const [row] = await waitFor(async () => {
      const rows = await around.database.query<{ at: Date; quiet: boolean }>('select quiet_at as at, quiet from gateway.transitions where id = $1 and quiet_at is not null', [paused.id]);
      return rows.length > 0 && rows;
    });
    expect(row).toEqual({ at: expect.any(Date) as Date, quiet: false });
  });

  it('does not wait for journeys that began after it', async () => {
    await around.database.query(`insert into journal.open_hops (flow, queue, root_seq, opened_seq) values ('signal', 'signal.imed', 1000000, 1000000)`);

    expect(await transition('PAUSED')).toMatchObject({ quiet: true });
  });
});

describe('what a gateway that died left unfinished', () => {
  it.each([['SHUTDOWN', 'all'], ['SHUTDOWN', 'journal']])('is carried on from %s with %s attached', async (left, attached) => {
    await put('SHUTDOWN');
    const { epoch } = await state();

    await around.database.query('update gateway.system set state = $1, attached = $2', [left, attached]);

    await waitFor(() => imed.commands.at(-1)?.attached === 'none' && imed.commands.at(-1)!.epoch > epoch);
    await waitFor(async () => (await state()).converged);
  });

  it('ends an INIT in RUNNING, in the same run', async () => {
    const { run } = await state();

    await around.database.query(`update gateway.system set state = 'INIT', sources = false`);

    await waitFor(async () => (await state()).state === 'RUNNING');
    expect((await state()).run).toBe(run);
  });
});

describe('GET /api/v1/services', () => {
  it('shows the roster as the beats tell of it', async () => {
    const { items } = (await gateway.call('/api/v1/services')).json<Services>();

    expect(items.map(({ service }) => service)).toEqual(['gateway', 'imed']);
    expect(items[1]?.instances).toEqual([expect.objectContaining({ instance: imed.instance, version: '1.2.3', requests: 3, handled: 5, memory: 1000, lag: 1.5 })]);
  });

  it('drops an instance that died without a word, and keeps its service', async () => {
    const dead = await fakeInstance(around.broker, 'silent');
    await waitFor(() => dead.commands.length > 0);
    await dead.die();
    await around.database.query(`update gateway.instances set last_beat = last_beat - interval '1 minute' where instance = $1`, [dead.instance]);

    const silent = await waitFor(async () => {
      const found = (await gateway.call('/api/v1/services')).json<Services>().items.find(({ service }) => service === 'silent');
      return found?.instances.length === 0 && found;
    });

    expect(silent).toEqual({ service: 'silent', instances: [] });
  });

  it('keeps such a service until an operator takes it off', async () => {
    const remove = async (service: string) => (await gateway.call(`/api/v1/services/${service}`, { method: 'DELETE' })).status;

    expect([await remove('silent'), await remove('silent'), await remove('imed')]).toEqual([204, 404, 409]);
    expect((await put('PAUSED')).status).toBe(200);
  });

  it('is not fooled by a beat that is read after the last one', async () => {
    const leaver = await fakeInstance(around.broker, 'leaver');
    const startedAt = '2026-01-01T00:00:00.000Z';
    leaver.beat({ startedAt, leaving: true });
    leaver.beat({ startedAt });
    leaver.beat({ service: 'marker', instance: 'marker-1' });
    const services = async () => (await gateway.call('/api/v1/services')).json<Services>().items.map(({ service }) => service);
    await waitFor(async () => (await services()).includes('marker'));

    expect(await services()).not.toContain('leaver');
    leaver.beat({ service: 'marker', instance: 'marker-1', leaving: true });
    await waitFor(async () => !(await services()).includes('marker'));
  });
});
