import { contract, flow, newId, writeEnvelope, type Envelope } from '@warren/protocol';
import type { ConsumeMessage } from 'amqplib';
import { z } from 'zod';
import { headOf, payloadOf, received } from './decode.js';

const { order } = flow('shop', { order: contract('shop.order', z.object({ item: z.string(), count: z.number().default(1) }), { version: 3 }) });
const envelope: Envelope = { id: newId(), journey: newId(), type: 'shop.order@3', service: 'shop-web', at: 1_000, run: 2, attempt: 2, redrive: 1 };

function message(body: unknown, properties: object = writeEnvelope(envelope)): ConsumeMessage {
  const content = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  return { content, properties, fields: { exchange: 'shop', routingKey: 'shop.order', deliveryTag: 1, redelivered: false, consumerTag: '' } } as unknown as ConsumeMessage;
}

const payload = (body: unknown, type = 'shop.order@3', upcasts = {}) => {
  const raw = message(body, writeEnvelope({ ...envelope, type }));
  return payloadOf(raw, headOf(raw, order.info), order.info, upcasts);
};

describe('the head of a message', () => {
  it('is what its publisher wrote', () => {
    const { id, journey } = envelope;

    expect(headOf(message({}), order.info)).toEqual({ id, journey, run: 2, attempt: 2, redrive: 1, at: 1_000, type: 'shop.order@3', foreign: undefined });
  });

  it.each([
    ['no headers', {}],
    ['an id that is no UUID', { ...writeEnvelope(envelope), messageId: '7' }],
    ['a negative attempt', { ...writeEnvelope(envelope), headers: { 'warren-at': 1, 'warren-attempt': -1 } }],
  ])('with %s is that of a foreign message: its own journey, known by its digest', (_, properties) => {
    const head = headOf(message({ item: 'tea' }, properties), order.info);

    expect(head).toMatchObject({ journey: head.id, attempt: 1, redrive: 0, type: 'shop.order@3', foreign: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it.each([
    ['f'.repeat(64), 'f'.repeat(64)],
    ['f'.repeat(10_000), undefined],
    [7, undefined],
  ])('keeps the digest of a foreign message that is tried again, and nothing else that somebody wrote there', (header, foreign) => {
    const properties = writeEnvelope(envelope);

    expect(headOf(message({}, { ...properties, headers: { ...properties.headers, 'warren-foreign': header } }), order.info).foreign).toBe(foreign);
  });

  it('reaches the handler without what is only of the wire', () => {
    const head = headOf(message({}), order.info);

    expect(Object.keys(received(head, { item: 'tea' }, 'shop.till')).sort()).toEqual(['at', 'attempt', 'foreign', 'id', 'journey', 'payload', 'queue', 'redrive', 'run']);
  });
});

describe('the payload of a message', () => {
  it('is what the schema makes of it', () => {
    expect(payload({ item: 'tea' })).toEqual({ item: 'tea', count: 1 });
  });

  it.each([
    ['is no JSON', Buffer.from('tea'), 'The body is no JSON.'],
    ['is empty', Buffer.alloc(0), 'The body is no JSON.'],
    ['lacks a field', {}, 'The payload is no shop.order@3: item: Invalid input'],
    ['is larger than 8 MB', Buffer.alloc(8 * 1024 * 1024 + 1, ' '), 'bytes are more than the 8388608 allowed'],
  ])('that %s is refused', (_, body, cause) => {
    expect(() => payload(body)).toThrow(cause);
  });

  it('of an older version that the consumer names is brought up to date first', () => {
    const upcasts = { 2: (old: unknown) => ({ item: (old as { name: string }).name }) };

    expect(payload({ name: 'tea' }, 'shop.order@2', upcasts)).toEqual({ item: 'tea', count: 1 });
  });

  it.each(['shop.order@1', 'shop.order@99', 'shop.receipt@2', 'nonsense'])('of type %s, which it does not name, is refused', (type) => {
    const upcasts = { 2: (old: unknown) => old };

    expect(() => payload({ item: 'tea' }, type, upcasts)).toThrow(`This consumer takes shop.order@3, not ${type}.`);
  });
});
