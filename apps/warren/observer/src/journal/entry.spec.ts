import { newId } from '@warren/protocol';
import { announce, control, foreign, marker, message, report, retire } from '../../test/deliveries.js';
import { readEntry } from './entry.js';

describe('a delivery', () => {
  it.each([
    ['a message of Warren’s', message(), 'message'],
    ['a foreign message', foreign(), 'message'],
    ['a message on a control record’s topic', message({ exchange: 'signal', routingKey: 'warren.hops' }), 'message'],
    ['a report', report({ id: newId() }), 'hops'],
    ['an announcement', announce(), 'announcement'],
    ['a retirement', retire(), 'retirement'],
    ['a retirement of nothing', control('warren.retired', {}), 'poison'],
    ['a marker', marker(), 'marker'],
    ['a marker without an id', control('warren.marker', {}), 'poison'],
    ['an unknown record', control('warren.other', {}), 'poison'],
    ['a record that is no JSON', { ...marker(), body: Buffer.from('{') }, 'poison'],
  ])('that is %s is told by where it came through', (_, delivery, kind) => {
    expect(readEntry(delivery).kind).toBe(kind);
  });

  it.each([
    [foreign(), 0],
    [foreign({ returns: 3 }), 3],
    [{ ...foreign(), redelivered: true }, 1],
  ])('tells how often it was given back', (delivery, returns) => {
    expect(readEntry(delivery)).toMatchObject({ message: { returns, envelope: undefined } });
  });

  it('has its ids in lower case, as Postgres has', () => {
    const id = newId();
    const upper = id.toUpperCase();

    expect(readEntry(message({}, { id: upper, parent: { id: upper, queue: 'q' } }))).toMatchObject({ message: { envelope: { id, journey: id, parent: { id } } } });
    expect(readEntry(report({ id: upper }))).toMatchObject({ reports: { hops: [{ id, journey: id }] } });
  });
});
