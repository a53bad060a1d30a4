import { JournalBacklog, names, newId } from '@warren/protocol';
import { onTeardown, waitFor } from '@warren/testing';
import { connect, type ConfirmChannel } from 'amqplib';
import { fakeInstance, fakeObserver } from '../../test/fake-instance.js';
import { startGateway, surroundings, type Surroundings, type TestGateway } from '../../test/start-gateway.js';

const limit = 2_000;
let around: Surroundings;
let gateway: TestGateway;
let channel: ConfirmChannel;

const backlog = async () => JournalBacklog.parse((await gateway.call('/api/v1/journal')).json<unknown>());
const state = async () => (await gateway.call('/state')).text;
const put = (to: string) => gateway.call('/state', { method: 'PUT', body: to });

const start = (settings: Record<string, string> = {}) => startGateway(around, { JOURNAL_BACKLOG_BYTES: String(limit), JOURNAL_BACKLOG_FULL: 'pause', ...settings });

beforeEach(async () => {
  around = await surroundings();
  gateway = await start();
  await waitFor(async () => (await state()) === 'RUNNING', { what: 'the first INIT' });
  const connection = await connect(around.broker.url);
  onTeardown(() => connection.close());
  channel = await connection.createConfirmChannel();
}, 60_000);
afterEach(() => gateway.close());

async function fill(bytes: number): Promise<void> {
  channel.publish('', names.journal, Buffer.alloc(bytes, ' '), { persistent: true });
  await channel.waitForConfirms();
}

/** Starts the gateway anew. */
async function restart(settings: Record<string, string>): Promise<void> {
  await gateway.close();
  gateway = await start(settings);
}

/** Sizes of what the broker drops from now on, by the test's own queue. */
async function droppedOnes(): Promise<number[]> {
  const sizes: number[] = [];
  const { queue } = await channel.assertQueue('', { exclusive: true });
  await channel.bindQueue(queue, names.dropped, '');
  await channel.consume(queue, (message) => void sizes.push(message?.content.length ?? 0), { noAck: true });
  return sizes;
}

/** What /metrics says of the journal, by the name behind `warren_journal_`. */
async function metrics(): Promise<Map<string, number>> {
  const { text } = await gateway.call('/metrics');
  return new Map([...text.matchAll(/^warren_journal_(\w+)\{.*\} (.*)$/gm)].map(([, name = '', value]) => [name, Number(value)]));
}

/** The backlog, when it is as the test waits for; the broker counts every few seconds. */
const backlogThat = (is: (backlog: JournalBacklog) => boolean, what: string) =>
  waitFor(async () => { const one = await backlog(); return is(one) && one; }, { timeout: 30_000, what }); // prettier-ignore

describe("the journal's backlog", () => {
  it('is as old as nobody knows while nothing was ever journalled, and nothing once an observer keeps up', async () => {
    expect((await backlog()).seconds).toBeNull();

    await fakeObserver(around.broker, around.database);

    const { seconds, ...rest } = await waitFor(async () => { const one = await backlog(); return one.seconds !== null && one.messages === 0 && one.bytes === 0 && one; }, { timeout: 20_000, what: 'an observer that keeps up' }); // prettier-ignore
    expect(seconds).toBeLessThan(10);
    expect(rest).toEqual({ messages: 0, bytes: 0, limit, full: 'pause', dropped: 0 });
  }, 30_000);

  it('is as old as the last probe that was journalled when no observer runs, whichever gateway sent it', async () => {
    const hourAgo = (Date.now() - 3_600_000).toString(16).padStart(12, '0');
    const old = `${hourAgo.slice(0, 8)}-${hourAgo.slice(8)}${newId().slice(13)}`;
    await around.database.query('insert into journal.markers values ($1, 1)', [old]);

    const { seconds } = await backlog();

    expect(seconds).toBeGreaterThanOrEqual(3_600);
    expect(seconds).toBeLessThan(3_700);
  });

  it('does not grow by being asked for while no observer runs', async () => {
    const { messages } = await around.broker.queue(names.journal);
    for (let n = 0; n < 20; n += 1) await backlog();

    expect((await around.broker.queue(names.journal)).messages).toBeLessThan(messages + 20); // a marker every 5 s goes on
  }, 30_000);

  it('that reaches its limit stops the sources, and nothing of it is dropped', async () => {
    const imed = await fakeInstance(around.broker, 'imed');
    await fill(limit);

    await waitFor(async () => (await state()) === 'PAUSED', { timeout: 30_000, what: 'PAUSED' });

    await waitFor(() => imed.commands.at(-1)?.sources === false, { what: 'a command to close the sources' });
    const entry = await around.database.query<{ by: string }>(`select "by" from gateway.transitions where "to" = 'PAUSED'`);
    expect(entry).toEqual([{ by: 'warren' }]);
    const counted = await waitFor(async () => { const one = await backlog(); return (one.bytes ?? 0) >= limit && one; }, { timeout: 20_000, what: 'the count' }); // prettier-ignore
    expect(counted.messages).toBeGreaterThan(0);

    await channel.purgeQueue(names.journal);
    await waitFor(async () => ((await backlog()).bytes ?? limit) < limit, { timeout: 20_000, what: 'an empty backlog' });
    await put('RUNNING');
    expect(await state()).toBe('RUNNING');
  }, 90_000);

  it('below its limit stops nothing, and is on /metrics without what is not known', async () => {
    await fill(100);

    await backlogThat(({ bytes, messages }) => (bytes ?? 0) >= 100 && messages! > 0, 'the count');
    expect(await state()).toBe('RUNNING');
    const figures = await waitFor(async () => { const all = await metrics(); return all.get('backlog_bytes')! >= 100 && all.get('backlog_messages')! > 0 && all; }, { timeout: 20_000 }); // prettier-ignore
    expect(figures.get('dropped_total')).toBe(0);
    expect(figures.has('behind_seconds')).toBe(false); // nothing was ever journalled
  }, 60_000);
});

describe("the journal's backlog, where the oldest of it is to be dropped", () => {
  it('stops nothing at its limit: the broker drops the oldest and all that it drops is counted, until it is set otherwise', async () => {
    await restart({ JOURNAL_BACKLOG_FULL: 'drop' });
    await backlogThat(({ full }) => full === 'drop', 'the rule');
    const seen = await droppedOnes();

    for (let n = 0; n < 100; n += 1) await fill(limit / 20);

    await waitFor(() => seen.filter((size) => size === limit / 20).length >= 80, { what: 'all to be dropped but the 20 that there is room for' });
    expect((await around.broker.queue(names.journal)).messages).toBeGreaterThan(0);
    await backlogThat(({ dropped }) => dropped === seen.length, 'all to be counted');
    expect((await metrics()).get('dropped_total')).toBeGreaterThanOrEqual(80);
    expect(await state()).toBe('RUNNING');

    await restart({});
    await backlogThat(({ full }) => full === 'pause', 'no rule');
  }, 90_000);

  it('pauses the system all the same while the broker does not take the rule', async () => {
    const { management, vhost, managementUrl } = around.broker;
    await management(`/api/users/${vhost}`, { method: 'PUT', body: { password: vhost, tags: 'monitoring' } });
    onTeardown(() => management(`/api/users/${vhost}`, { method: 'DELETE' }));
    await management(`/api/permissions/${vhost}/${vhost}`, { method: 'PUT', body: { configure: '.*', write: '.*', read: '.*' } });
    const url = Object.assign(new URL(managementUrl), { username: vhost, password: vhost });

    await restart({ JOURNAL_BACKLOG_FULL: 'drop', AMQP_MANAGEMENT_URL: url.href });
    await fill(limit);

    await waitFor(async () => (await state()) === 'PAUSED', { timeout: 30_000, what: 'PAUSED' });
    expect(await backlog()).toMatchObject({ full: 'pause', dropped: 0 });
  }, 90_000);
});
