import { Deliveries, TargetEvents, TargetStatus } from '@warren/protocol';
import { FaultProxy, onTeardown, testDatabase, waitFor } from '@warren/testing';
import { httpEndpoint, type Endpoint } from '../../test/endpoint.js';
import { startNotifier, writeTargets, type Notifier, type Settings } from '../../test/start-notifier.js';

let notifier: Notifier;
let end: Endpoint;
let database: FaultProxy;
/** What the endpoint answers at a path; undefined: it hangs. */
const answers = new Map<string, number | undefined>();
const hanging: (() => void)[] = [];
const unhandled: unknown[] = [];
const note = (reason: unknown) => void unhandled.push(reason);

const target = (name: string, more: object = {}): Settings => ({ name, url: `http://127.0.0.1:${end.port}/${name}`, ...more });
const stuck = (more: object = {}) => target('stuck', { timeout: '30s', concurrency: 1, ...more });
const weak = () => target('weak', { breaker: { failures: 2, probes: 60 }, concurrency: 1, attempts: 20 });
const got = (name: string) => end.got.filter(({ path }) => path === `/${name}`);
const kinds = async (name: string) => (await notifier.ask(TargetEvents, `/targets/events?target=${name}`)).items.map(({ kind }) => kind);

beforeAll(async () => {
  process.on('unhandledRejection', note);
  end = await httpEndpoint((response, { path }) => {
    const status = answers.has(path) ? answers.get(path) : 200;
    if (status === undefined) hanging.push(() => void response.writeHead(200).end());
    else response.writeHead(status).end();
  });
  onTeardown(() => end.close());
  database = await FaultProxy.to((await testDatabase()).url);
  onTeardown(() => database.close());
  notifier = await startNotifier([stuck(), weak()], { DATABASE_URL: database.url });
});
afterAll(() => {
  process.off('unhandledRejection', note);
  for (const answer of hanging) answer();
});
afterEach(() => expect(unhandled).toEqual([]));

describe('a target', () => {
  it('that has a request under way takes a change, and keeps no other from following meanwhile', async () => {
    answers.set('/stuck', undefined);
    await notifier.release('hangs');
    await waitFor(() => got('stuck').length === 1);
    writeTargets(notifier.file, [stuck({ concurrency: 2 }), weak()]);
    await waitFor(async () => (await kinds('stuck'))[0] === 'changed', { what: 'the change' });

    expect(await notifier.ask(TargetStatus, '/targets/weak/disable', { method: 'POST' })).toMatchObject({ state: 'disabled' });
    expect(await notifier.ask(TargetStatus, '/targets/weak/enable', { method: 'POST' })).toMatchObject({ state: 'delivering' });
    expect(await kinds('weak')).toEqual(['enabled', 'disabled', 'added']);
  });

  it('that opens while the database is away loses nothing, and all goes on by itself', async () => {
    answers.set('/weak', 500);
    const before = got('weak').length;
    database.cut();
    const ids: string[] = [];
    for (const name of ['one', 'two', 'three']) ids.push(await notifier.release(name));
    await waitFor(() => got('weak').length >= before + 2, { what: 'as many failures as open it' });
    database.restore();
    await waitFor(async () => (await kinds('weak'))[0] === 'opened', { timeout: 15_000, what: 'the others told' });
    answers.set('/weak', 200);

    const delivered = async () => (await notifier.ask(Deliveries, '/deliveries?target=weak&state=delivered')).items.map(({ message }) => message);
    await waitFor(async () => { const done = await delivered(); return ids.every((id) => done.includes(id)); }, { timeout: 20_000, what: 'all delivered' }); // prettier-ignore
    expect((await notifier.broker.queue('warren.dead')).messages).toBe(0);
    await waitFor(async () => (await kinds('weak'))[0] === 'closed', { timeout: 15_000, what: 'its end' });
  }, 60_000);
});
