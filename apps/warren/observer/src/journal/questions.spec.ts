import { derivedId, newId } from '@warren/protocol';
import { control, foreign, hopReport, marker, message, report } from '../../test/deliveries.js';
import { readEntry } from './entry.js';
import { questionsOf } from './questions.js';

const now = Date.parse('2026-11-20T12:00:00Z');
const ask = (...deliveries: Parameters<typeof readEntry>[0][]) => questionsOf(deliveries.map(readEntry), now);

describe('before a batch is added', () => {
  it('its messages are asked for, each once', () => {
    const [root, child] = [newId(), derivedId('child')];

    const { ids, journeys, hops } = ask(message({}, { id: root }), message({}, { id: root }), message({}, { id: child, journey: root }), marker());

    expect(ids).toEqual([root, child]);
    expect(journeys).toEqual([root]);
    expect(hops.ids).toEqual([root, child]);
  });

  it('they are looked for where they may be', () => {
    const { days } = ask(message({}, { id: derivedId('tick'), at: now }), message({}, { id: derivedId('tock'), at: now }));

    expect(days).toEqual(['2026-11-19', '2026-11-20']); // tomorrow is not to come yet
  });

  it('foreign messages are looked for only when they may be copies', () => {
    expect(ask(foreign()).digests).toEqual([]);
    expect(ask(foreign({ returns: 1 }), foreign({ returns: 2 })).digests).toHaveLength(1);
  });

  it('hops that are reported are asked for, those of foreign messages as many as there are reports', () => {
    const ids = Array.from({ length: 3 }, newId);
    const reports = control('warren.hops', { service: 's', instance: 'i', hops: ids.map((id) => hopReport({ id, foreign: 'd' })) });

    const { hops } = ask(reports, report({ id: ids[0]!, foreign: 'd', queue: 'audit' }), report({ id: ids[0]! }));

    expect(hops).toEqual({ ids, foreign: [{ digest: 'd', queue: 'signal.imed', reports: 3 }, { digest: 'd', queue: 'audit', reports: 1 }] });
  });
});
