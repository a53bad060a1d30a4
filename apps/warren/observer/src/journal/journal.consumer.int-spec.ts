import { names, newId } from '@warren/protocol';
import { waitFor, type FaultProxy } from '@warren/testing';
import { announce, contract, marker, message } from '../../test/deliveries.js';
import { runningObserver, type Running } from '../../test/running-observer.js';

let observer: Running;

beforeAll(async () => {
  observer = await runningObserver();
});
beforeEach(async () => {
  await observer.hear({ attached: 'all' });
  await observer.database.query('truncate observer.messages, observer.hops, observer.markers');
});
afterAll(() => observer.close());

const text = (line: string) => ({ payload: line });
const hasLines = (...lines: string[]) => waitFor(async () => (await observer.lines()).join() === lines.map((line) => JSON.stringify(line)).join());
/** What the observer has in hand is not counted. */
const waiting = async () => (await observer.broker.queue(names.journal)).messages;

async function cut(proxy: FaultProxy): Promise<void> {
  proxy.cut();
  proxy.restore();
  await observer.hear({ attached: 'all' });
}

describe('the observer', () => {
  it('journals what is published, whoever publishes it', async () => {
    const id = newId();
    await observer.publish(message({ payload: 'ours' }, { id }));
    await observer.publish(text('foreign'));

    await hasLines('ours', 'foreign');
    await expect(observer.database.query('select id, "foreign" from journal.messages order by seq')).resolves
      .toEqual([{ id, foreign: false }, { id: expect.not.stringMatching(id) as string, foreign: true }]);
  });

  it('tells how much it has journaled, and how late', async () => {
    const before = await observer.metric('warren_journal_messages_total');
    await observer.publish(message({ payload: 'late' }, { at: Date.now() - 60_000 }));
    await hasLines('late');

    await waitFor(async () => (await observer.metric('warren_journal_messages_total')) === before + 1);
    await expect(observer.metric('warren_journal_lag_seconds')).resolves.toBeGreaterThanOrEqual(60);
  });

  it('goes on after a record that nobody can read, and one that Postgres refuses', async () => {
    const unstorable = announce({ flows: [{ name: 'bad', exchange: 'bad', contracts: [contract({ schema: { title: '\0' } })] }] });
    await observer.publish(text('before'));
    await observer.publish({ ...marker(), body: Buffer.from('{') });
    await observer.publish(unstorable);
    await observer.publish(text('after'));

    await hasLines('before', 'after');
    await expect(observer.metric('warren_journal_refused_total')).resolves.toBe(2);
    const dead = () => observer.database.query('select cause, queue from journal.dead_letters'); // lost is neither
    await waitFor(async () => (await dead()).length === 2);
    await expect(dead()).resolves.toEqual(Array(2).fill({ cause: 'JournalError', queue: names.journal }));
  });

  it('keeps what comes while the database is away, and journals it once', async () => {
    observer.toDatabase.cut();
    await observer.publish(text('meanwhile'));
    await waitFor(async () => (await waiting()) === 0); // it has it in hand

    observer.toDatabase.restore();

    await hasLines('meanwhile');
  });

  it('has each message once when its connections are cut again and again, foreign ones too', async () => {
    const sent = Array.from({ length: 60 }, (_, n) => String(n));
    for (const [n, line] of sent.entries()) {
      await observer.publish(text(line));
      if (n % 20 === 10) await cut(observer.toBroker);
      if (n % 20 === 15) await cut(observer.toDatabase);
    }

    await waitFor(async () => (await observer.lines()).length >= sent.length && (await waiting()) === 0, { timeout: 20_000 });
    expect((await observer.lines()).sort()).toEqual(sent.map((line) => JSON.stringify(line)).sort());
  });

  it('stays attached until all others have stopped', async () => {
    await observer.hear({ attached: 'journal' });
    await observer.publish(text('last words'));
    await hasLines('last words');

    await observer.hear({ attached: 'none' });
    await observer.publish(text('waits'));

    // Nothing that was journaled comes back: all of it was acknowledged.
    await waitFor(async () => (await waiting()) === 1);
    await expect(observer.lines()).resolves.toHaveLength(1);
  });
});
