import { newId, type HopReport } from '@warren/protocol';
import { hopReport } from '../../test/deliveries.js';
import { type HopRow } from '../storage/journal.tables.js';
import { Hops } from './hops.js';

const row = (hop: Partial<HopRow> = {}): HopRow => ({
  day: '2026-11-20', message: newId(), queue: 'signal.imed', consumer: 'signal.imed', flow: 'signal', journey: newId(), alias: null, digest: null,
  openedSeq: 1, rootSeq: 1, outcome: 'open', service: null, instance: null, attempt: 1, redrive: 0, startedAt: null, finishedAt: null,
  retryAt: null, children: 0, errorName: null, errorMessage: null, since: null, ...hop,
}); // prettier-ignore

const reporter = { service: 'signal-imed', instance: 'signal-imed-0001' };
const expected = () => {
  throw new Error('The hop was expected.');
};
const tell = (hops: Hops, report: HopReport): boolean => hops.report(report, reporter, expected);

describe('a hop', () => {
  it('becomes what the later report says', () => {
    const hop = row();
    const hops = new Hops([hop]);
    tell(hops, hopReport({ id: hop.message, outcome: 'retried', retryAt: 5 }));
    tell(hops, hopReport({ id: hop.message, attempt: 2, children: 3 }));

    expect(hops.changed).toEqual([expect.objectContaining({ outcome: 'handled', attempt: 2, children: 3, retryAt: null, ...reporter })]);
  });

  it('that is dead stays dead until it is redriven', () => {
    const hop = row();
    const hops = new Hops([hop]);
    tell(hops, hopReport({ id: hop.message, outcome: 'dead', error: { name: 'E\0', message: 'no\0' } }));
    tell(hops, hopReport({ id: hop.message }));
    expect(hop).toMatchObject({ outcome: 'dead', errorName: 'E', errorMessage: 'no' });

    tell(hops, hopReport({ id: hop.message, redrive: 1 }));

    expect(hop).toMatchObject({ outcome: 'handled', redrive: 1, errorName: null });
  });

  it.each(['open', 'retried', 'handled', 'dead', 'discarded'] as const)('that is %s after a redrive is not changed by what came before it', (outcome) => {
    const hop = row({ outcome, redrive: 1, attempt: 1 });
    const hops = new Hops([hop]);
    tell(hops, hopReport({ id: hop.message, attempt: 5, outcome: 'dead' }));
    tell(hops, hopReport({ id: hop.message, attempt: 6 }));

    expect(hop).toMatchObject({ outcome, redrive: 1, attempt: 1 });
    expect(hops.changed).toEqual([]);
  });

  it('that is discarded stays so', () => {
    const hop = row({ outcome: 'discarded' });
    const hops = new Hops([hop]);
    tell(hops, hopReport({ id: hop.message, attempt: 2 }));

    expect(hop).toMatchObject({ outcome: 'discarded' });
  });

  it('that is handled is not opened again by the report of an earlier attempt, which was held up', () => {
    const hop = row();
    const hops = new Hops([hop]);
    tell(hops, hopReport({ id: hop.message, attempt: 2 }));
    tell(hops, hopReport({ id: hop.message, attempt: 1, outcome: 'retried', retryAt: 5 }));

    expect(hop).toMatchObject({ outcome: 'handled', attempt: 2 });
  });

  it('follows an attempt that was made twice', () => {
    const hop = row();
    const hops = new Hops([hop]);
    tell(hops, hopReport({ id: hop.message, outcome: 'retried', retryAt: 5 }));
    tell(hops, hopReport({ id: hop.message }));

    expect(hop).toMatchObject({ outcome: 'handled', attempt: 1 });
  });

  it('whose attempt is postponed again and again stays open, due when the last report says, until it is handled', () => {
    const hop = row();
    const hops = new Hops([hop]);
    const postponed = (retryAt: number) => tell(hops, hopReport({ id: hop.message, outcome: 'retried', retryAt }));
    expect([postponed(5), postponed(6), postponed(7)]).toEqual([false, true, true]);
    expect(hop).toMatchObject({ outcome: 'retried', attempt: 1, retryAt: new Date(7) });

    expect(tell(hops, hopReport({ id: hop.message }))).toBe(true);
    expect(hop).toMatchObject({ outcome: 'handled', attempt: 1, retryAt: null });

    expect(postponed(8)).toBe(false); // it was held up
    expect(hop).toMatchObject({ outcome: 'handled' });
  });

  it('that nobody expected may be none', () => {
    const hops = new Hops([]);
    hops.report(hopReport({ id: newId() }), reporter, () => undefined);

    expect(hops.changed).toEqual([]);
  });

  it('of another queue is another', () => {
    const hop = row();
    const made = row({ message: hop.message, queue: 'audit' });
    const hops = new Hops([hop]);

    hops.report(hopReport({ id: hop.message, queue: 'audit' }), reporter, () => made);

    expect([hop.outcome, made.outcome, hops.changed.length]).toEqual(['open', 'handled', 1]);
  });

  it('that is untouched is not written', () => {
    const hop = row();
    const hops = new Hops([hop]);
    hops.open(row({ message: hop.message }));

    expect(hops.changed).toEqual([]);
  });
});

describe('a foreign message’s hop', () => {
  it('is the earliest one with its digest that no other message has claimed', () => {
    const [late, early] = [row({ digest: 'd', openedSeq: 2 }), row({ digest: 'd', openedSeq: 1 })];
    const hops = new Hops([late, early]);
    const [one, two] = [newId(), newId()];

    tell(hops, hopReport({ id: one, foreign: 'd', outcome: 'retried' }));
    tell(hops, hopReport({ id: two, foreign: 'd' }));

    expect([early, late].map(({ alias, outcome }) => [alias, outcome])).toEqual([[one, 'retried'], [two, 'handled']]);
  });

  it('is found again by the id that its consumer gave it', () => {
    const claimed = row({ digest: 'd', alias: newId(), outcome: 'retried', openedSeq: 2 });
    const hops = new Hops([row({ digest: 'd' }), claimed]);

    tell(hops, hopReport({ id: claimed.alias!, foreign: 'd', attempt: 2 }));

    expect(hops.changed).toEqual([claimed]);
  });

  it('is never another’s that has ended', () => {
    const hops = new Hops([row({ digest: 'd', outcome: 'handled' })]);
    const made = row({ digest: 'd' });

    hops.report(hopReport({ id: newId(), foreign: 'd' }), reporter, () => made);

    expect(hops.changed).toEqual([made]);
  });
});
