import { writeFileSync } from 'node:fs';
import { Deliveries, TargetEvents, Targets } from '@warren/protocol';
import { onTeardown, waitFor } from '@warren/testing';
import { httpEndpoint, type Endpoint } from '../../test/endpoint.js';
import { startNotifier, writeTargets, type Notifier, type Settings } from '../../test/start-notifier.js';

let notifier: Notifier;
let end: Endpoint;
let respond: () => number;
const target = (name: string, more: object = {}): Settings => ({ name, url: `http://127.0.0.1:${end.port}/`, ...more });
const write = (...targets: Settings[]) => writeTargets(notifier.file, targets);
const list = async () => (await notifier.ask(Targets, '/targets'));
const names = async () => (await list()).items.map(({ name }) => name);
/** These are the targets, and each has its queue: until then nobody knows what waits for it. */
const until = (wanted: string[]) =>
  waitFor(async () => { const { items } = await list(); return JSON.stringify(items.map(({ name }) => name)) === JSON.stringify(wanted) && items.every(({ waiting }) => waiting !== null); }, { timeout: 15_000, what: wanted.join(', ') }); // prettier-ignore
const reload = (waiting?: string) => notifier.call('/targets/reload', { method: 'POST', ...(waiting && { body: JSON.stringify({ waiting }) }) });
const able = (name: string, what: 'enable' | 'disable') => notifier.call(`/targets/${name}/${what}`, { method: 'POST' });
const problem = (text: string) => waitFor(async () => (await list()).problems.find(({ message }) => message.includes(text)), { what: `a problem with ${text}` });
const kinds = async (name: string) => (await notifier.ask(TargetEvents, `/targets/events?target=${name}`)).items.map(({ kind }) => kind);
const queueOf = (name: string) => notifier.broker.queue(`deployments.${name}`).catch(() => undefined);

beforeAll(async () => {
  end = await httpEndpoint((response) => response.writeHead(respond()).end());
  onTeardown(() => end.close());
  respond = () => 200;
  notifier = await startNotifier([target('a')]);
});
beforeEach(async () => {
  respond = () => 200;
  write(target('a'));
  await until(['a']);
  await reload();
});

describe('a changed file', () => {
  it('takes effect without a restart: a new target gets what is released from then on', async () => {
    write(target('a'), target('b'));
    await until(['a', 'b']);
    const before = end.got.length;
    await notifier.release('v1');
    await waitFor(() => end.got.length === before + 2);
  });

  it.each(['f', 'g', 'h'])('is in effect for what is released as soon as a reload has answered (%s)', async (name) => {
    write(target('a'), target(name));
    expect((await reload()).status).toBe(200);
    const id = await notifier.release(`at once for ${name}`);
    await waitFor(() => end.got.filter(({ headers }) => headers['webhook-id'] === id).length === 2, { what: `the release at a and ${name}` });
  });

  it('leaves the targets alone that it says the same of', async () => {
    const before = await kinds('a');
    write(target('b'), target('a'));
    await until(['a', 'b']);
    expect(await kinds('a')).toEqual(before);
  });

  it('changes a target that is there, with messages in its queue', async () => {
    await able('a', 'disable');
    await notifier.release('v2');
    write(target('a', { headers: { 'x-changed': 'yes' } }));
    await waitFor(async () => (await kinds('a'))[0] === 'changed');
    await able('a', 'enable');
    await waitFor(() => end.got.at(-1)?.headers['x-changed'] === 'yes');
  });

  it('with mistakes changes nothing, and each is told with its line', async () => {
    writeFileSync(notifier.file, 'targets:\n  - name: a\n    url: ftp://x\n    methode: PUT\n');
    const problems = await waitFor(async () => { const { problems: all } = await list(); return all.length > 1 && all; }); // prettier-ignore
    expect(problems.map(({ line }) => line).sort()).toEqual(expect.arrayContaining([3, 4]));
    expect(await names()).toEqual(['a']);
    const refused = await reload();
    expect(refused).toMatchObject({ status: 422, body: { code: 'targets-file-wrong', issues: expect.arrayContaining([expect.objectContaining({ path: 'line 4' })]) as unknown } });
  });

  it('that names what the environment does not have changes nothing', async () => {
    write(target('a', { headers: { authorization: 'Bearer ${NOT_THERE}' } }));
    expect(await problem('NOT_THERE')).toEqual({ line: null, message: 'target "a": the environment has no NOT_THERE' });
  });

  it('is no change where it says the same', async () => {
    const { revision } = await list();
    expect((await reload()).body).toEqual({ revision, added: [], changed: [], removed: [] });
  });
});

describe('a target that leaves the file', () => {
  it('is gone with its queue when nothing waits for it', async () => {
    write(target('a'), target('b'));
    await until(['a', 'b']);
    write(target('a'));
    await until(['a']);
    expect(await queueOf('b')).toBeUndefined();
    expect(await kinds('b')).toEqual(expect.arrayContaining(['gone', 'removed', 'added']));
  });

  async function waiting(name: string): Promise<string> {
    write(target('a'), target(name));
    await until(['a', name]);
    await able(name, 'disable');
    const id = await notifier.release(`for ${name}`);
    await waitFor(async () => (await queueOf(name))?.messages === 1);
    write(target('a'));
    await problem(`1 for "${name}"`);
    expect(await names()).toEqual(['a', name]);
    expect(await reload()).toMatchObject({ status: 409, body: { code: 'messages-waiting' } });
    return id;
  }

  it('is refused while messages wait for it, and delivers them first where the operator says so', async () => {
    const id = await waiting('c');
    expect(await reload('deliver')).toMatchObject({ status: 200, body: { removed: ['c'] } });
    await until(['a']);
    expect(end.got.filter(({ headers }) => headers['webhook-id'] === id)).toHaveLength(2); // a got it too
    expect(await queueOf('c')).toBeUndefined();
  });

  it('makes them dead letters where the operator says so', async () => {
    const id = await waiting('d');
    const before = (await notifier.broker.queue('warren.dead')).messages;
    expect((await reload('dead')).status).toBe(200);
    await until(['a']);
    expect((await notifier.broker.queue('warren.dead')).messages).toBe(before + 1);
    expect((await notifier.ask(Deliveries, `/deliveries?message=${id}&target=d`)).items).toMatchObject([{ state: 'dead' }]);
  });

  it('waits for what is to be tried again, and comes back when it is gone', async () => {
    const failing = target('e', { attempts: 10, delays: ['2s'] });
    write(target('a'), failing);
    await until(['a', 'e']);
    respond = () => 500;
    const id = await notifier.release('v3');
    await waitFor(async () => ((await list()).items.find(({ name }) => name === 'e')?.failed ?? 0) > 0); // once, or where the machine is slow once more
    respond = () => 200;
    write(target('a'));
    await problem('1 for "e"');
    await reload('deliver');
    expect((await list()).items.find(({ name }) => name === 'e')?.state).toBe('leaving');
    write(target('a'), failing);
    expect((await reload()).body).toMatchObject({ issues: [{ path: '', message: expect.stringContaining('target "e" was removed, and messages still wait for it') as string }] });
    await waitFor(async () => (await kinds('e')).join() === 'added,gone,removed,added', { timeout: 15_000, what: 'the end of e, and its return' });
    expect((await notifier.ask(Deliveries, `/deliveries?message=${id}&target=e`)).items).toMatchObject([{ state: 'delivered' }]);
  });

  it('was the last one: then a release is an error', async () => {
    write();
    await until([]);
    await expect(notifier.release('v4')).rejects.toThrow('No target takes it.');
  });
});

describe('what is asked for', () => {
  it('is checked', async () => {
    expect(await notifier.call('/targets/reload', { method: 'POST', body: '{"waiting":"drop"}' })).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
    expect(await notifier.call('/targets/a/test', { method: 'POST', body: '{"datetime":"yesterday"}' })).toMatchObject({ status: 400, body: { issues: [{ path: 'datetime' }] } });
    expect(await notifier.call('/deliveries?state=lost')).toMatchObject({ status: 400 });
  });
});
