import { FaultProxy, onTeardown, testBroker, waitFor, type TestBroker } from '@warren/testing';
import { startBus, type StartedBus } from '../../test/start-bus.js';
import { ControlPlane, type Delivery } from '../index.js';

let broker: TestBroker;
let network: FaultProxy;
let gateway: ControlPlane;
let instance: StartedBus;
let plane: ControlPlane;

const bodies = (deliveries: readonly Delivery[]) => deliveries.map(({ body }) => JSON.parse(body.toString()) as object);
const send = (key: string, body: object, exchange = '') => gateway.send({ exchange, key, type: 'test.command', body });

/** Listens on the instance's side, and gives what it hears. */
async function listen(queue: Parameters<ControlPlane['listen']>[0], handler?: (delivery: Delivery) => Promise<void>): Promise<Delivery[]> {
  const heard: Delivery[] = [];
  await plane.listen(queue, async (delivery) => {
    heard.push(delivery);
    await handler?.(delivery);
  });
  return heard;
}

beforeAll(async () => {
  broker = await testBroker();
  network = await FaultProxy.to(broker.url);
  onTeardown(() => network.close());
  instance = await startBus({ ...broker, url: network.url });
  plane = instance.app.get(ControlPlane);
  gateway = plane; // one Nest application in a process: both ends are its own
});

describe('a control queue', () => {
  it('brings what is sent to it by name, with its type', async () => {
    const heard = await listen({ queue: 'control.a', exclusive: true });

    await send('control.a', { epoch: 1 });

    await waitFor(() => heard.length === 1);
    expect(bodies(heard)).toEqual([{ epoch: 1 }]);
    expect(heard[0]!.properties).toMatchObject({ type: 'test.command', contentType: 'application/json' });
  });

  it('that is missing is told to the sender; where the message is not mandatory it is dropped', async () => {
    await expect(send('control.nobody', {})).rejects.toMatchObject({ name: 'UnroutableError', message: 'There is no queue "control.nobody".' });
    await expect(gateway.send({ exchange: '', key: 'control.nobody', type: 't', body: {} }, { mandatory: false })).resolves.toBeUndefined();
  });

  it('acknowledges a message whose handler throws, and goes on with the next', async () => {
    const heard = await listen({ queue: 'control.throws' }, ({ body }) => (body.includes('bad') ? Promise.reject(new Error('bad')) : Promise.resolve()));

    await send('control.throws', { bad: true });
    await send('control.throws', { good: true });

    await waitFor(() => heard.length === 2);
    await waitFor(async () => (await broker.queue('control.throws')).messages === 0);
    expect(heard.map(({ redelivered }) => redelivered)).toEqual([false, false]);
  });

  it('hears what a fanout exchange brings, however many listen', async () => {
    const bindings = [{ exchange: 'control.all', kind: 'fanout', key: '' }] as const;
    const [one, two] = [await listen({ queue: 'control.one', exclusive: true, bindings }), await listen({ queue: 'control.two', exclusive: true, bindings })];

    await send('', { epoch: 2 }, 'control.all');

    await waitFor(() => one.length === 1 && two.length === 1);
  });

  it('that is durable is a quorum queue with a limit, and its messages live as long as they are of use', async () => {
    await listen({ queue: 'control.durable', ttl: 60_000 });

    const queue = await waitFor(() => broker.management<{ arguments: object; durable: boolean }>(`/api/queues/${broker.vhost}/control.durable`));

    expect(queue).toMatchObject({ durable: true, arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': 20, 'x-message-ttl': 60_000 } });
  });

  it('that somebody deletes is declared again', async () => {
    const heard = await listen({ queue: 'control.deleted' });
    await broker.management(`/api/queues/${broker.vhost}/control.deleted`, { method: 'DELETE' });

    await waitFor(async () => (await send('control.deleted', {}), true));

    await waitFor(() => heard.length === 1);
  });

  it('is gone with the connection of its process, and there again after a reconnect', async () => {
    const heard = await listen({ queue: 'control.gone', exclusive: true });
    network.cut();
    await waitFor(() => !instance.bus.connected);
    await waitFor(async () => (await broker.queue('control.gone').catch((error: unknown) => error)) instanceof Error);

    network.restore();
    await waitFor(async () => (await send('control.gone', { again: true }), true));

    await waitFor(() => heard.length === 1);
  });

  it('can have its fanout declared by who only sends', async () => {
    await gateway.declareFanout('control.confirmations');

    await expect(gateway.send({ exchange: 'control.confirmations', key: '', type: 't', body: {} }, { mandatory: false })).resolves.toBeUndefined();
  });
});
