import { readEnvelope, writeEnvelope, type Envelope } from './headers.js';
import { childId, newId } from './ids.js';

const root: Envelope = { id: newId(), journey: newId(), type: 'signal.original@1', service: 'signal-orig', at: 1_700_000_000_123, run: 3, attempt: 1, redrive: 0, parent: undefined };
const parent = { id: newId(), queue: 'signal.imed' };
const child: Envelope = { ...root, id: childId({ parentId: parent.id, consumer: 'signal.imed', redrive: 2, type: 'x', index: 0 }), attempt: 4, redrive: 2, parent };

describe('an envelope', () => {
  it.each([root, child, { ...root, run: undefined }])('is read as it was written', (envelope) => {
    expect(readEnvelope(writeEnvelope(envelope))).toEqual(envelope);
  });

  it('names the journey as the trace and the message as the span', () => {
    const { id, journey } = root;

    expect(writeEnvelope(root).headers.traceparent).toBe(`00-${journey.replaceAll('-', '')}-${id.replaceAll('-', '').slice(16)}-01`);
    expect(writeEnvelope(root).headers.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });

  it('does not grow with the journey', () => {
    expect(Object.keys(writeEnvelope(child).headers).sort()).toEqual(['traceparent', 'warren-at', 'warren-attempt', 'warren-hop', 'warren-redrive', 'warren-run']);
  });
});

describe('the properties of a foreign publisher', () => {
  it.each([
    ['none at all', {}],
    ['no headers', { messageId: root.id, correlationId: root.id, type: 'x' }],
    ['an id of its own kind', { ...writeEnvelope(root), messageId: 'order-7' }],
    ['no journey', { ...writeEnvelope(root), correlationId: undefined }],
    ['no type', { ...writeEnvelope(root), type: undefined }],
    ['a time that is none', { ...writeEnvelope(root), headers: { 'warren-at': 'noon' } }],
  ])('give no envelope: %s', (_, properties) => {
    expect(readEnvelope(properties)).toBeUndefined();
  });

  it.each(['somewhere', 'some where', parent.id, ` ${parent.queue}`])('that name a parent in another shape give an envelope without one: %j', (hop) => {
    const written = writeEnvelope(root);

    expect(readEnvelope({ ...written, headers: { ...written.headers, 'warren-hop': hop } })?.parent).toBeUndefined();
  });
});
