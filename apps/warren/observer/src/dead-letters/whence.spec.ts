import { type Delivery } from '@warren/bus';
import { headers, names } from '@warren/protocol';
import { dead, foreign } from '../../test/deliveries.js';
import { whence } from './whence.js';

const from = { queue: names.dead };
const cause = (header: unknown) => whence(dead({ cause: header }), from).cause;
const died = (deaths: unknown, given: Partial<Delivery> = {}): Delivery => ({ ...foreign(), exchange: names.dead, properties: { headers: { 'x-death': deaths } }, ...given });
const death = (given: object = {}) => ({ queue: 'orders', reason: 'rejected', exchange: 'shop', 'routing-keys': ['order.new'], count: 2, ...given });

describe('a dead letter of Warren’s', () => {
  it('says where it died, and why', () => {
    expect(whence(dead({ queue: 'signal.imed', cause: { name: 'TypeError', message: 'no', stack: 'f (a.ts:1:2)' } }), from))
      .toMatchObject({ queue: 'signal.imed', cause: { name: 'TypeError', message: 'no', stack: 'f (a.ts:1:2)' }, reported: true });
  });

  it('says it also in another dead queue', () => {
    expect(whence(dead({ queue: 'signal.imed' }), { queue: 'parked', origin: 'elsewhere' })).toMatchObject({ queue: 'signal.imed' });
  });

  it.each([
    ['no JSON', 'broken', { name: 'Error', message: 'broken' }],
    ['other JSON', '[1]', { name: 'Error', message: '[1]' }],
    ['empty', '', { name: 'Error', message: '' }],
    ['a number', 7, { name: 'UnknownError', message: `It was in queue "${names.dead}" and does not say why.` }],
    ['full of NUL', { name: '\0', message: 'a\0b', stack: '\0' }, { name: 'Error', message: 'ab', stack: '' }],
    ['too long', { name: 'x'.repeat(300), message: 'x'.repeat(20_000) }, { name: 'x'.repeat(200), message: 'x'.repeat(10_000) }],
  ])('is one also where its cause is %s', (_, header, read) => {
    expect(cause(header)).toEqual(read);
  });

  it('cannot name a queue that no broker has', () => {
    expect(whence(dead({ queue: 'x'.repeat(3_000) }), from).queue).toHaveLength(255);
  });
});

describe('a dead letter of the broker’s', () => {
  it.each([
    ['delivery_limit', 'DeliveryLimitError'], ['rejected', 'RejectedError'], ['expired', 'ExpiredError'], ['maxlen', 'QueueLengthError'], ['of 5.0', 'BrokerError'],
  ])('that died of %s is a %s', (reason, name) => {
    expect(whence(died([death({ reason })]), from)).toMatchObject({ queue: 'orders', exchange: 'shop', topic: 'order.new', deaths: 2, reported: false, cause: { name } });
  });

  it('that was set aside died in the queue that it was set aside from', () => {
    const aside = dead({ cause: undefined });
    aside.properties.headers = { ...aside.properties.headers, [headers.cause]: undefined, 'x-death': [death({ queue: 'warren.alone.imed', reason: 'delivery_limit' })] };

    expect(whence(aside, from)).toMatchObject({ queue: 'signal.imed', reported: false, cause: { name: 'DeliveryLimitError' } });
  });

  it('died where it died last', () => {
    expect(whence(died([death(), death({ queue: 'first' })]), from).queue).toBe('orders');
  });

  it('did not die where it waited for its next attempt, nor in the dead queue itself', () => {
    const waited = death({ queue: 'orders.retry', reason: 'expired' });

    expect(whence(died([death({ queue: 'orders.dead' }), waited, death()]), { queue: 'orders.dead', origin: 'elsewhere' }).queue).toBe('orders');
  });

  it('died of its age where that is all it says', () => {
    expect(whence(died([death({ reason: 'expired' })]), from)).toMatchObject({ queue: 'orders', cause: { name: 'ExpiredError' } });
  });

  it('without a queue to come back to died on its way there, before the attempt', () => {
    expect(whence({ ...foreign(), exchange: names.return, routingKey: 'signal.imed', properties: { headers: { 'x-death': [death({ queue: 'warren.wait.3', reason: 'expired' })] } } }, from))
      .toMatchObject({ queue: 'signal.imed', waited: true, reported: false, cause: { name: 'QueueGoneError', message: 'Queue "signal.imed" was gone when the message came back for its next attempt.' } });
  });
});

describe('what says nothing', () => {
  it('died in the queue that it was found in', () => {
    expect(whence(foreign({ exchange: '', routingKey: 'parked' }), { queue: 'parked' }))
      .toMatchObject({ queue: 'parked', exchange: '', topic: 'parked', deaths: 1, cause: { name: 'UnknownError', message: 'It was in queue "parked" and does not say why.' } });
  });

  it('died where its operator says', () => {
    expect(whence(foreign(), { queue: 'parked', origin: 'orders' }).queue).toBe('orders');
  });

  it.each([['text'], [[null, 7, { queue: 1 }, { reason: 'rejected' }]], [{}]])('says nothing also with x-death = %j', (deaths) => {
    expect(whence(died(deaths), from).cause.name).toBe('UnknownError');
  });

  it('has an empty name of a queue', () => {
    expect(whence({ ...foreign(), properties: { headers: { [headers.queue]: '' } } }, from).queue).toBe(names.dead);
  });
});
