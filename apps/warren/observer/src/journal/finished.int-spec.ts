import { newId } from '@warren/protocol';
import { announce, consumer, message, report, retire } from '../../test/deliveries.js';
import { observed, write, type Observed } from '../../test/observed.js';

/** Milliseconds since the epoch; what is published now is a moment later. */
const now = Date.now();

interface Ended {
  flow: string;
  consumer: string;
  instance: string;
  outcome: string;
  children: number | null;
  /** Milliseconds. */
  handling: number;
  waiting: number | null;
}

let journal: Observed;
beforeEach(async () => {
  journal = await observed();
});
afterEach(() => journal.close());

const ended = () =>
  journal.database.query<Ended>(`
    select flow, consumer, instance, outcome, children, (extract(epoch from finished_at - started_at) * 1000)::int as handling, (extract(epoch from started_at - due) * 1000)::int as waiting
    from journal.finished order by finished_at`);
const spans = async () => (await ended()).map(({ outcome, waiting, handling }) => [outcome, waiting, handling]);

describe('attempts that have ended', () => {
  it('are what went through at once, which waited since its publish', async () => {
    const id = newId();
    await write(journal.observer(), announce(), message({}, { id, at: now }), message(), report({ id, startedAt: now + 20, finishedAt: now + 70, children: 2 }));

    await expect(ended()).resolves.toEqual([
      { flow: 'signal', consumer: 'signal.imed', instance: 'signal-imed-0001', outcome: 'handled', children: 2, handling: 50, waiting: 20 },
    ]);
  });

  it('are each attempt of what did not, which waited since it was due again', async () => {
    const id = newId();
    await write(
      journal.observer(), announce(), message({}, { id, at: now }),
      report({ id, outcome: 'retried', startedAt: now + 10, finishedAt: now + 15, retryAt: now + 1_000, children: 0 }),
      report({ id, attempt: 2, outcome: 'retried', startedAt: now + 1_003, finishedAt: now + 1_005, retryAt: now + 3_000, children: 0 }),
      report({ id, attempt: 3, startedAt: now + 3_100, finishedAt: now + 3_104 }),
    ); // prettier-ignore

    await expect(spans()).resolves.toEqual([['retried', 10, 5], ['retried', 3, 2], ['handled', 100, 4]]);
    expect((await ended()).map(({ flow, children }) => [flow, children])).toEqual([['signal', null], ['signal', null], ['signal', 1]]);
  });

  it('count what was given up, and what a redrive made of it', async () => {
    const id = newId();
    await write(journal.observer(), announce(), message({}, { id, at: now }), report({ id, outcome: 'dead', startedAt: now + 10, finishedAt: now + 15 }));
    await write(journal.observer(), report({ id, redrive: 1, startedAt: now + 60_000, finishedAt: now + 60_001 }));

    expect((await spans()).map(([outcome]) => outcome)).toEqual(['dead', 'handled']);
    const [, redriven] = await ended();
    expect(redriven!.waiting).toBeGreaterThan(0);
  });

  it('are counted once where a first attempt was postponed and then handled', async () => {
    const id = newId();
    await write(journal.observer(), announce(), message({}, { id, at: now }), report({ id, outcome: 'retried', startedAt: now + 1, finishedAt: now + 2, retryAt: now + 500 }));
    await write(journal.observer(), report({ id, startedAt: now + 600, finishedAt: now + 601 }));

    await expect(spans()).resolves.toEqual([['handled', 600, 1]]);
  });

  it('are none while they are in hand', async () => {
    await write(journal.observer(), announce(), message());

    await expect(ended()).resolves.toEqual([]);
  });

  it('wait for nobody knows how long where the message is not in the journal', async () => {
    await write(journal.observer(), announce(), report({ id: newId(), startedAt: now, finishedAt: now + 1 }));

    await expect(spans()).resolves.toEqual([['handled', null, 1]]);
  });

  it('stay those of their flow when their consumer is retired', async () => {
    const [id, other] = [newId(), newId()];
    await write(journal.observer(), announce({ consumers: [consumer({ queue: 'q', name: 'a name' })] }), message({}, { id }), message({}, { id: other }));
    await write(journal.observer(), report({ id, queue: 'q' }), report({ id: other, queue: 'q', outcome: 'dead' }), retire('q'));

    expect((await ended()).map(({ flow, outcome }) => [flow, outcome]).sort()).toEqual([['signal', 'dead'], ['signal', 'handled']]);
  });
});
