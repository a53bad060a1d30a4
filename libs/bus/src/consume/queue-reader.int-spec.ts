import { FaultProxy, onTeardown, testBroker, waitFor, type TestBroker } from '@warren/testing';
import { connect, type ConfirmChannel } from 'amqplib';
import { startBus, type StartedBus } from '../../test/start-bus.js';
import { QueueReader, type Delivery } from '../index.js';

const kinds = { classic: {}, quorum: { 'x-queue-type': 'quorum' } };
const never = new AbortController().signal;

let broker: TestBroker;
let network: FaultProxy;
let service: StartedBus;
let reader: QueueReader;
let channel: ConfirmChannel;
let taken: string[];
let batches: number[];

beforeAll(async () => {
  broker = await testBroker();
  network = await FaultProxy.to(broker.url);
  onTeardown(() => network.close());
  service = await startBus({ ...broker, url: network.url });
  reader = service.app.get(QueueReader);
  const connection = await connect(broker.url);
  onTeardown(() => connection.close());
  channel = await connection.createConfirmChannel();
});
beforeEach(async () => {
  [taken, batches] = [[], []];
  await waitFor(() => service.bus.connected);
});

async function fill(queue: string, count: number, args: object = {}): Promise<string[]> {
  await channel.assertQueue(queue, { durable: true, arguments: args });
  const bodies = Array.from({ length: count }, (_, n) => `m${n}`);
  for (const body of bodies) channel.sendToQueue(queue, Buffer.from(body), { persistent: true, headers: { body } });
  await channel.waitForConfirms();
  return bodies;
}

function take(deliveries: Delivery[]): Promise<void> {
  batches.push(deliveries.length);
  taken.push(...deliveries.map(({ body }) => body.toString()));
  return Promise.resolve();
}

/** Ready again, so that nothing of it is in hand anywhere. */
const expectLeft = (queue: string, count: number) => waitFor(async () => (await broker.queue(queue)).messages === count && (await broker.queue(queue)).consumers === 0);

describe.each(Object.entries(kinds))('a %s queue', (kind, args) => {
  it('is read in order, so many at a time, until it is empty, and then all is acknowledged', async () => {
    const sent = await fill(`${kind}.whole`, 1_050, args);
    expect(await reader.count(`${kind}.whole`)).toBe(1_050);

    await reader.read(`${kind}.whole`, 500, take, never);

    expect(taken).toEqual(sent);
    expect(Math.max(...batches)).toBe(500);
    await expectLeft(`${kind}.whole`, 0);
  });

  it('that is empty gives nothing', async () => {
    await fill(`${kind}.empty`, 0, args);

    await reader.read(`${kind}.empty`, 500, take, never);

    expect(batches).toEqual([]);
  });

  it('has back all of a batch that could not be taken, and what was before it is acknowledged', async () => {
    const sent = await fill(`${kind}.failing`, 25, args);
    const away = new Error('the database is away');
    const fails = (deliveries: Delivery[]) => (taken.length === 10 ? Promise.reject(away) : take(deliveries));

    await expect(reader.read(`${kind}.failing`, 10, fails, never)).rejects.toBe(away);

    await expectLeft(`${kind}.failing`, 15);
    await reader.read(`${kind}.failing`, 10, take, never);
    expect(taken).toEqual(sent);
  });

  it('has back what was in hand when the connection was lost, as delivered before', async () => {
    const sent = await fill(`${kind}.cut`, 20, args);
    const redelivered: boolean[] = [];
    const cut = async (deliveries: Delivery[]) => {
      await take(deliveries);
      if (taken.length === 20) network.cut();
    };

    await expect(reader.read(`${kind}.cut`, 10, cut, never)).rejects.toMatchObject({ name: 'PublishInterruptedError' });

    network.restore();
    await waitFor(() => service.bus.connected);
    await waitFor(async () => (await reader.count(`${kind}.cut`)) === 10);
    const again: string[] = [];
    const note = (deliveries: Delivery[]) => {
      redelivered.push(...deliveries.map((delivery) => delivery.redelivered));
      return Promise.resolve(void again.push(...deliveries.map(({ body }) => body.toString())));
    };
    await reader.read(`${kind}.cut`, 10, note, never);
    expect(again).toEqual(sent.slice(10));
    expect(redelivered).toEqual(again.map(() => true));
  });

  it('keeps the rest when it is aborted: the batch in hand is finished', async () => {
    const sent = await fill(`${kind}.aborted`, 30, args);
    const abort = new AbortController();
    const last = (deliveries: Delivery[]) => take(deliveries).then(() => abort.abort());

    await reader.read(`${kind}.aborted`, 10, last, abort.signal);

    expect(taken).toEqual(sent.slice(0, 10));
    await expectLeft(`${kind}.aborted`, 20);
  });
});

describe('what is read', () => {
  it('is all that came with it', async () => {
    await channel.assertExchange('elsewhere', 'direct');
    await channel.assertQueue('what', { durable: true });
    await channel.bindQueue('what', 'elsewhere', 'key');
    channel.publish('elsewhere', 'key', Buffer.from([0, 255]), { messageId: 'theirs', type: 'T', contentType: 'text/plain', headers: { a: 1 } });
    await channel.waitForConfirms();
    const got: Delivery[] = [];

    await reader.read('what', 10, (deliveries) => Promise.resolve(void got.push(...deliveries)), never);

    expect(got).toEqual([{
      exchange: 'elsewhere', routingKey: 'key', redelivered: false, body: Buffer.from([0, 255]),
      properties: expect.objectContaining({ messageId: 'theirs', type: 'T', contentType: 'text/plain', headers: { a: 1 } }),
    }]); // prettier-ignore
  });

  it('comes from whoever gives it back meanwhile too: the queue is empty only when nothing is in hand here', async () => {
    const sent = await fill('shared', 10);
    const other = await (await otherConnection()).createChannel();
    await other.prefetch(4);
    const held: unknown[] = [];
    await other.consume('shared', (message) => held.push(message));
    await waitFor(() => held.length === 4);
    const give = (deliveries: Delivery[]) => take(deliveries).then(() => (held.length > 0 ? other.close() : undefined)).then(() => void held.splice(0));

    await reader.read('shared', 100, give, never);

    expect(taken.sort()).toEqual(sent.sort());
  });
});

const otherConnection = async () => {
  const connection = await connect(broker.url);
  onTeardown(() => connection.close());
  return connection;
};

describe('a queue that cannot be read', () => {
  it('is gone', async () => {
    const gone = { name: 'QueueGoneError', message: 'There is no queue "nowhere".' };

    await expect(reader.count('nowhere')).rejects.toMatchObject(gone);
    await expect(reader.read('nowhere', 10, take, never)).rejects.toMatchObject(gone);
  });

  it('was deleted while it was read', async () => {
    await fill('deleted', 5);
    const remove = (deliveries: Delivery[]) => take(deliveries).then(() => void channel.deleteQueue('deleted'));

    await expect(reader.read('deleted', 2, remove, never)).rejects.toMatchObject({ name: 'QueueGoneError' });
  });

  it("is another connection's own", async () => {
    await channel.assertQueue('exclusive', { exclusive: true });

    await expect(reader.count('exclusive')).rejects.toMatchObject({ name: 'QueueInUseError', message: expect.stringContaining('Queue "exclusive" cannot be read') });
    await expect(reader.read('exclusive', 10, take, never)).rejects.toMatchObject({ name: 'QueueInUseError' });
  });

  it('has an exclusive consumer', async () => {
    await fill('held', 1);
    await channel.consume('held', () => undefined, { exclusive: true });

    await expect(reader.read('held', 10, take, never)).rejects.toMatchObject({ name: 'QueueInUseError', message: expect.stringContaining('in exclusive use') });
  });

  it('has another single active consumer, which does not take all', async () => {
    await fill('single', 3, { 'x-queue-type': 'quorum', 'x-single-active-consumer': true });
    const other = await (await otherConnection()).createChannel();
    await other.prefetch(1);
    await other.consume('single', () => undefined);

    await expect(reader.read('single', 10, take, never)).rejects.toMatchObject({ name: 'QueueInUseError', message: expect.stringContaining('single active consumer') });
  }, 20_000);

  it('hurts nobody: the service is connected as before', () => {
    expect(service.bus.connected).toBe(true);
  });
});
