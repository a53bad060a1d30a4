import { names, newId } from '@warren/protocol';
import { waitFor } from '@warren/testing';
import { announce, dead, foreign, message } from '../../test/deliveries.js';
import { runningObserver, type Running } from '../../test/running-observer.js';

let observer: Running;

beforeAll(async () => {
  observer = await runningObserver();
});
beforeEach(async () => {
  await observer.hear({ attached: 'all' });
  await observer.database.query('truncate observer.dead_letters, observer.dead_groups, observer.dead_hours, observer.messages, observer.hops');
});
afterAll(() => observer.close());

interface Seen {
  message: string;
  queue: string;
  cause: string;
  attempt: number;
  contract: string | null;
  line: string;
  payload: unknown;
}

const letters = () => observer.database.query<Seen>('select message, queue, cause, attempt, contract, line, payload from journal.dead_letters order by id');
const hasLetters = (count: number) => waitFor(async () => (await letters()).length === count);
/** All that was stored was acknowledged. */
const nothingWaits = async () => {
  await observer.hear({ attached: 'none' });
  await waitFor(async () => (await observer.broker.queue(names.dead)).consumers === 0);
  return (await observer.broker.queue(names.dead)).messages === 0;
};

describe('the dead letters', () => {
  it('are what consumers have given up, stored and then acknowledged', async () => {
    const id = newId();
    await observer.publish(dead({ payload: { text: 'MSG_1' } }, { id, attempt: 5 }));
    await hasLetters(1);

    await expect(letters()).resolves.toEqual([{ message: id, queue: 'signal.imed', cause: 'TypeError', attempt: 5, contract: 'signal.original@1', line: '{"text":"MSG_1"}', payload: { text: 'MSG_1' } }]);
    await expect(nothingWaits()).resolves.toBe(true);
  });

  it('are what ends every process that has it in hand, and its hop ends', async () => {
    const id = newId();
    await observer.declareQueue('signal.imed', { 'x-delivery-limit': 2 });
    await observer.publish({ ...announce(), exchange: names.journal });
    await observer.publish({ ...message({}, { id }), exchange: '', routingKey: 'signal.imed' });
    await observer.publish(message({}, { id }));
    for (let crash = 0; crash < 3; crash += 1) await observer.crashOn('signal.imed');
    await hasLetters(1);

    await expect(letters()).resolves.toMatchObject([{ message: id, queue: 'signal.imed', cause: 'DeliveryLimitError' }]);
    await waitFor(async () => (await observer.database.query(`select from journal.hops where message = '${id}' and outcome = 'dead'`)).length === 1);
  });

  it('are foreign messages that end every process, each by itself though they are equal', async () => {
    await observer.declareQueue('audit', { 'x-delivery-limit': 1 });
    for (let n = 0; n < 3; n += 1) await observer.publish(foreign({ exchange: '', routingKey: 'audit' }));
    for (let crash = 0; crash < 2; crash += 1) await observer.crashOn('audit');
    await hasLetters(3);

    expect(new Set((await letters()).map((one) => one.message)).size).toBe(3);
    await expect(letters()).resolves.toMatchObject(Array(3).fill({ queue: 'audit', cause: 'DeliveryLimitError', contract: null }));
  });

  it('are retries whose queue is gone', async () => {
    const [id, band] = [newId(), 'warren.wait.0'];
    const { management, vhost } = observer.broker;
    await observer.declareQueue(band, { 'x-dead-letter-exchange': names.return });
    await management(`/api/exchanges/${vhost}/${band}`, { method: 'PUT', body: { type: 'fanout', durable: true } });
    await management(`/api/bindings/${vhost}/e/${band}/q/${band}`, { method: 'POST', body: { routing_key: '' } });
    await observer.publish({ ...message({}, { id, attempt: 3 }), exchange: band, routingKey: 'signal.gone', expiration: '100' });
    await hasLetters(1);

    await expect(letters()).resolves.toMatchObject([{ message: id, queue: 'signal.gone', cause: 'QueueGoneError', attempt: 2 }]);
  });

  it('are whatever anybody publishes there', async () => {
    const bodies = [Buffer.from('{'), Buffer.alloc(0), Buffer.from([0, 255, 254]), Buffer.from('{"a":"\\u0000"}'), Buffer.alloc(300 * 1024, 'x')];
    for (const body of bodies) await observer.publish({ exchange: names.dead, routingKey: 'any', body, properties: { headers: { 'warren-cause': '\0', 'x-death': [1] } } });
    await hasLetters(bodies.length);

    expect((await letters()).map(({ queue, payload }) => ({ queue, payload }))).toEqual([null, null, null, { a: '' }, null].map((payload) => ({ queue: names.dead, payload })));
    await expect(nothingWaits()).resolves.toBe(true);
  });

  it('stay in the broker while the database is away, and are stored once', async () => {
    observer.toDatabase.cut();
    await observer.publish(dead());
    await observer.publish({ ...foreign(), exchange: names.dead });
    await waitFor(async () => (await observer.broker.queue(names.dead)).messages === 0); // it has them in hand

    observer.toDatabase.restore();
    await hasLetters(2);
    await expect(nothingWaits()).resolves.toBe(true);
  });

  it('are each there once when the connections are cut again and again', async () => {
    const ids = Array.from({ length: 60 }, newId);
    for (const [n, id] of ids.entries()) {
      await observer.publish(n % 2 ? dead({ payload: n }, { id }) : foreign({ exchange: names.dead, payload: n }));
      if (n % 20 === 10) await cut('toBroker');
      if (n % 20 === 15) await cut('toDatabase');
    }

    await waitFor(async () => (await letters()).length >= ids.length, { timeout: 20_000 });
    expect((await letters()).map(({ payload }) => payload).sort()).toEqual(ids.map((_, n) => n).sort());
    await expect(nothingWaits()).resolves.toBe(true);
  });
});

async function cut(where: 'toBroker' | 'toDatabase'): Promise<void> {
  observer[where].cut();
  observer[where].restore();
  await observer.hear({ attached: 'all' });
}
