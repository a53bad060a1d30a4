import { headers, newId } from '@warren/protocol';
import { FaultProxy, onTeardown, testBroker, waitFor, type TestBroker } from '@warren/testing';
import { probe } from '../../test/probe.js';
import { paused, running, shop, startBus, type StartedBus } from '../../test/start-bus.js';
import { ControlPlane, Publisher } from '../index.js';
import { limits, Outbound, type Outgoing } from './outbound.js';
import { buffer } from './publisher.js';

let broker: TestBroker;
let network: FaultProxy;
let till: StartedBus;
let outbound: Outbound;
let publisher: Publisher;
const before = { limits: { ...limits }, buffer: { ...buffer } };

const receipt = (item = 'tea') => publisher.publish(shop.receipt({ item }));
const message = (key: string, properties: Partial<Outgoing['properties']> = {}): Outgoing => ({
  exchange: 'shop', key, body: Buffer.from('{}'), properties: { messageId: newId(), ...properties },
}); // prettier-ignore

beforeAll(async () => {
  broker = await testBroker();
  network = await FaultProxy.to(broker.url);
  onTeardown(() => network.close());
  till = await startBus({ ...broker, url: network.url });
  outbound = till.app.get(Outbound);
  publisher = till.app.get(Publisher);
  await waitFor(async () => till.bus.connected && (await till.bus.apply(running), true));
  await probe(broker); // takes what comes to the journal
});
beforeEach(async () => {
  await waitFor(async () => till.bus.connected && (await till.bus.apply(running), true));
  await receipt();
});
afterEach(() => {
  network.restore();
  Object.assign(limits, before.limits);
  Object.assign(buffer, before.buffer);
});

describe('a message that AMQP cannot carry', () => {
  it('is refused for good, and the confirms of others are theirs still', async () => {
    const tooMuch = outbound.send(message('shop.receipt', { headers: { [headers.cause]: 'x'.repeat(70_000), after: 1 } }));
    await expect(tooMuch).rejects.toMatchObject({ name: 'PermanentError', message: expect.stringContaining('cannot be written') });

    const [taken, returned] = await waitFor(async () => {
      const both = await Promise.allSettled([outbound.send(message('shop.receipt')), outbound.send(message('nobody'))]);
      const interrupted = both.some((one) => one.status === 'rejected' && (one.reason as Error).name === 'PublishInterruptedError');
      return !interrupted && both;
    });
    expect(taken.status).toBe('fulfilled');
    expect(returned).toMatchObject({ status: 'rejected', reason: { name: 'UnroutableError' } });
  });
});

describe('root messages that wait for their confirm', () => {
  it.each([
    ['so many', { messages: 3 }],
    ['so many bytes', { bytes: 45 }],
  ])('are %s at the most; what consumers and the control plane send is not held up by them', async (_, bound) => {
    Object.assign(buffer, bound);
    const roots = Array.from({ length: 6 }, () => receipt());
    const other = outbound.send(message('shop.receipt'));

    const outcomes = await Promise.allSettled(roots);

    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'rejected', 'rejected']);
    expect(outcomes.at(-1)).toMatchObject({ reason: { name: 'BufferFullError' } });
    await expect(other).resolves.toBeUndefined();
    await expect(receipt()).resolves.toBeDefined();
  });
});

describe('a broker that does not answer', () => {
  it('fails a publish at the deadline, also one that must declare its exchange first, and a pause is not held up', async () => {
    limits.deadline = 300;
    network.hang();

    const declared = expect(receipt()).rejects.toMatchObject({ name: 'PublishTimeoutError' });
    const undeclared = expect(publisher.publishAnnounced({ exchange: 'new', topic: 'a', type: 'new.a@1' }, {})).rejects.toMatchObject({ name: 'PublishTimeoutError' });
    const pausing = till.bus.apply(paused);

    await Promise.all([declared, undeclared, pausing]);
  });
});

describe('the control plane', () => {
  it('says that an exchange cannot be declared while there is no connection', async () => {
    network.cut();
    await waitFor(() => !till.bus.connected);

    await expect(till.app.get(ControlPlane).declareFanout('any')).rejects.toMatchObject({ name: 'PublishInterruptedError' });
  });
});
