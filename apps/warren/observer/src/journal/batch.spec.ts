import { derivedId, newId } from '@warren/protocol';
import { announce, consumer, contract, foreign, marker, message, report, retire } from '../../test/deliveries.js';
import { Registry } from '../registry/registry.js';
import { Batch, type Known } from './batch.js';
import { readEntry } from './entry.js';

const position = { firstSeq: 10, at: new Date('2026-11-20T12:00:00Z'), version: 1, copiesSince: 0 };
const nothing: Known = { messages: new Map(), foreign: [], hops: [], roots: new Map() };

function batch(known: Partial<Known>, ...deliveries: Parameters<typeof readEntry>[0][]): Batch {
  const made = new Batch(position, { ...nothing, ...known }, new Registry(1), 4);
  deliveries.map(readEntry).forEach((entry, index) => made.add(entry, position.firstSeq + index));
  return made;
}

describe('a batch', () => {
  it('gives every record the number of its place', () => {
    const { messages, markers } = batch({}, message(), marker(), message());

    expect([messages.map(({ seq }) => seq), markers.map(({ seq }) => seq)]).toEqual([[10, 12], [11]]);
  });

  it('keeps of a message where it comes from and belongs to', () => {
    const [id, parent] = [newId(), newId()];
    const { messages } = batch({}, message({}, { id, journey: parent, parent: { id: parent, queue: 'signal.orig' }, run: 2, redrive: 1, attempt: 3 }));

    expect(messages).toMatchObject([{ id, journey: parent, parent, parentQueue: 'signal.orig', run: 2, redrive: 1, attempt: 3, service: 'signal-orig', foreign: false }]);
  });

  it('makes a root of a foreign message, in the current run', () => {
    const { messages } = batch({}, foreign());

    expect(messages).toMatchObject([{ journey: messages[0]!.id, parent: null, service: null, type: null, run: 4, foreign: true }]);
  });

  it('leaves out what the journal has, and tells when the bodies differ', () => {
    const one = message();
    const id = one.properties.messageId as string;

    expect(batch({ messages: new Map([[id, 'another digest']]) }, one)).toMatchObject({ messages: [], differing: [id] });
  });

  it('takes each known foreign message for one copy', () => {
    const { digest } = batch({}, foreign()).messages[0]!;
    const known = { id: newId(), digest, copies: 0 };

    const { messages, copied } = batch({ foreign: [known] }, foreign({ returns: 1 }), foreign({ returns: 1 }), foreign());

    expect([messages.length, copied]).toEqual([2, [known.id]]);
  });

  it.each([1, 2_000])('shows a message and finds it by what its contract names, with %i characters besides', (length) => {
    const shown = contract({ line: '{text} from {user.name}, {tags.1}{none}', search: ['user.id', 'tags'], secret: ['user.pin'] });
    const payload = { note: 'x'.repeat(length), text: 'MSG_1', user: { id: 42, name: 'Ann', pin: 7 }, tags: ['a', 'b'] };
    const { messages } = batch({}, announce({ flows: [{ name: 'signal', exchange: 'signal', contracts: [shown] }] }), message({ payload }));

    expect(messages).toMatchObject([{ line: 'MSG_1 from Ann, b', search: '{"user":{"id":42},"tags":["a","b"]}', compressed: length > 1_000 }]);
  });

  it('follows its own announcements from where they stand', () => {
    const announcement = announce({
      flows: [{ name: 'signal', exchange: 'signal', contracts: [contract({ line: 'now {text}' })] }],
      consumers: [consumer(), consumer({ queue: 'audit', pattern: '#' })],
    });
    const { messages, hops } = batch({}, message(), announcement, message());

    expect(messages.map(({ line }) => line)).toEqual(['{"text":"MSG_1"}', 'now MSG_1']);
    expect(hops.changed.map(({ message: id, queue }) => [id, queue])).toEqual([[messages[1]!.id, 'signal.imed'], [messages[1]!.id, 'audit']]);
  });

  it('expects no report of a consumer that is retired on what comes after that, until it is announced again', () => {
    const ids = [newId(), newId(), newId()];
    const [before, between, after] = ids.map((id) => message({}, { id }));

    const { hops, retired } = batch({}, announce(), before!, retire(), between!, announce(), after!, retire('audit'));

    expect(hops.changed.map(({ message: id }) => id)).toEqual([ids[0], ids[2]]);
    expect([...retired]).toEqual(['audit']);
  });

  it('closes a hop by the report of a consumer that is retired', () => {
    const [one, late] = [newId(), newId()];
    const { hops } = batch({}, announce(), message({}, { id: one }), retire(), message({}, { id: late }), report({ id: one }), report({ id: late }));

    expect(hops.changed).toMatchObject([{ message: one, outcome: 'handled', flow: 'signal' }, { message: late, outcome: 'handled' }]);
  });

  it('leads its hops to their root, in the batch or in the journal', () => {
    const [here, there] = [newId(), newId()];
    const { hops } = batch({ roots: new Map([[there, 3]]) }, announce(), message({}, { id: here }), message({}, { journey: here }), message({}, { journey: there }), message({}, { journey: newId() }));

    expect(hops.changed.map(({ rootSeq }) => rootSeq)).toEqual([11, 11, 3, null]);
  });

  it('puts a message beside its hop that came first, also where that was begun after midnight', () => {
    const [id, midnight] = [derivedId('tick', 1), Date.parse('2026-11-20')];
    const { messages, hops } = batch({}, announce(), report({ id, startedAt: midnight + 1 }), message({}, { id, at: midnight - 1 }), message({}, { id: derivedId('tick', 2), at: midnight - 1 }));

    expect(messages.map(({ day }) => day)).toEqual(['2026-11-20', '2026-11-19']);
    expect(hops.changed.map(({ day }) => day)).toEqual(['2026-11-20', '2026-11-19']);
  });

  it('makes hops of reports that nobody expected', () => {
    const id = newId();
    const { hops } = batch({}, report({ id, outcome: 'dead', error: { name: 'Error', message: 'no' } }));

    expect(hops.changed).toMatchObject([{ message: id, openedSeq: 10, outcome: 'dead', flow: '', service: 'signal-imed', errorMessage: 'no' }]);
  });
});
