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

beforeEach(async () => {
  around = await surroundings();
  gateway = await startGateway(around, { JOURNAL_BACKLOG_BYTES: String(limit) });
  await waitFor(async () => (await state()) === 'RUNNING', { what: 'the first INIT' });
  const connection = await connect(around.broker.url);
  onTeardown(() => connection.close());
  channel = await connection.createConfirmChannel();
});
afterEach(() => gateway.close());

async function fill(bytes: number): Promise<void> {
  channel.publish('', names.journal, Buffer.alloc(bytes, ' '), { persistent: true });
  await channel.waitForConfirms();
}

describe("the journal's backlog", () => {
  it('is as old as nobody knows while nothing was ever journalled, and nothing once an observer keeps up', async () => {
    expect((await backlog()).seconds).toBeNull();

    await fakeObserver(around.broker, around.database);

    const { seconds, ...rest } = await waitFor(async () => { const one = await backlog(); return one.seconds !== null && one.messages === 0 && one; }, { what: 'an observer that keeps up' }); // prettier-ignore
    expect(seconds).toBeLessThan(10);
    expect(rest).toEqual({ messages: 0, bytes: 0, limit });
  }, 30_000);

  it('is as old as the last probe that was journalled when no observer runs, whichever gateway sent it', async () => {
    const hourAgo = (Date.now() - 3_600_000).toString(16).padStart(12, '0');
    const old = `${hourAgo.slice(0, 8)}-${hourAgo.slice(8)}${newId().slice(13)}`;
    await around.database.query('insert into journal.markers values ($1, 1)', [old]);

    const { seconds } = await backlog();

    expect(seconds).toBeGreaterThanOrEqual(3_600);
    expect(seconds).toBeLessThan(3_700);
  });

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

  it('below its limit stops nothing', async () => {
    await fill(100);

    await waitFor(async () => ((await backlog()).bytes ?? 0) >= 100, { timeout: 20_000, what: 'the count' });
    expect(await state()).toBe('RUNNING');
  }, 30_000);
});
