import { waitFor } from '@warren/testing';
import { announce, consumer } from '../../test/deliveries.js';
import { type ObserverProcess } from '../../test/observer-process.js';
import { Operated } from '../../test/operated.js';

const [work, dead] = ['legacy.work', 'legacy.dead'];
const many = 300;
let world: Operated;
let running: ObserverProcess[] = [];

beforeAll(async () => {
  world = await Operated.start();
});
beforeEach(() => world.clear());
afterEach(async () => {
  for (const observer of running) await observer.stop('SIGKILL');
  running = [];
});
afterAll(() => world.close());

async function observer(settings: NodeJS.ProcessEnv = {}): Promise<ObserverProcess> {
  const started = await world.observer(settings);
  running.push(started);
  return started;
}

/** A queue of somebody else's, where as many messages were dead-lettered. */
async function legacy(type: string, payloads = Array.from({ length: many }, (_, n) => `{"n":${n}}`)): Promise<void> {
  await world.declare(dead, { 'x-queue-type': type });
  await world.declare(work, { 'x-queue-type': type, 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': dead });
  await world.put(work, payloads, { headers: { tenant: 'a' } });
  await waitFor(async () => {
    await world.reject(work); // what a quorum queue has confirmed may come a moment later
    return (await left()) === payloads.length;
  });
}

const adopt = (queue = dead, rate?: number, origin?: string) => world.ask({ kind: 'adopt', queue, rate, origin });
const payloads = async () => (await world.arrived(work)).map(({ payload }) => payload).sort();
const left = async () => (await world.broker.queue(dead)).messages;

describe.each(['quorum', 'classic'])('adopting a %s queue', (type) => {
  it('takes in all that is in it, and redrives it to where it died', async () => {
    await legacy(type);
    await observer();
    const id = await adopt();

    await expect(world.answer(id)).resolves.toBeNull();
    await expect(world.operation(id)).resolves.toMatchObject({ kind: 'adopt', total: many, done: many, adopted: many });
    await expect(left()).resolves.toBe(0);
    await expect(world.database.query('select distinct queue, cause, "foreign", state from journal.dead_letters')).resolves
      .toEqual([{ queue: work, cause: 'RejectedError', foreign: true, state: 'dead' }]);

    await expect(world.operation(await world.ask({ kind: 'redrive', selection: { query: `queue:${work}` } }))).resolves.toMatchObject({ open: many });
    const back = await world.arrived(work);
    expect(back.map(({ payload }) => payload).sort()).toEqual(Array.from({ length: many }, (_, n) => `{"n":${n}}`).sort());
    expect(back.every(({ properties }) => properties.headers['tenant'] === 'a' && !('x-death' in properties.headers))).toBe(true);
  });

  it.each(['adopt.taken:3', 'adopt.stored:2', 'adopt.acknowledged:2'])('loses nothing and copies nothing when it is killed at %s, also of messages that are equal', async (FAILPOINT) => {
    await legacy(type, Array.from({ length: many }, (_, n) => `{"n":${n % 3}}`));
    const first = await observer({ FAILPOINT });
    const id = await adopt();
    await expect(first.ended).resolves.toBe('SIGKILL');

    await observer();

    await expect(world.operation(id)).resolves.toMatchObject({ adopted: many });
    await expect(left()).resolves.toBe(0);
    await expect(world.states()).resolves.toEqual({ dead: many });
    await expect(world.states(`line = '{"n":0}'`)).resolves.toEqual({ dead: many / 3 });
  });

  it('loses nothing and copies nothing when it is paused, and its connections are cut', async () => {
    await legacy(type, Array.from({ length: many }, () => '{"all":"equal"}'));
    const one = await observer();
    const id = await adopt(dead, 400);
    for (let n = 1; n <= 4; n += 1) {
      await world.operation(id, ({ done }) => done >= n * 50);
      await world.answer(await world.ask({ kind: 'steer', operation: id, steer: 'pause' }));
      const proxy = n % 2 === 0 ? world.toDatabase : world.toBroker;
      proxy.cut();
      proxy.restore();
      await one.hear();
      await world.answer(await world.ask({ kind: 'steer', operation: id, steer: 'resume' }));
    }

    await expect(world.operation(id)).resolves.toMatchObject({ adopted: many });
    await expect(world.states()).resolves.toEqual({ dead: many });
    await expect(left()).resolves.toBe(0);
  });
});

describe('adopting', () => {
  it('takes what does not say where it died for dead in the origin that the operator names', async () => {
    await world.declare(dead);
    await world.declare(work);
    await world.put(dead, ['no JSON', '{}']);
    await observer();

    await world.operation(await adopt(dead, undefined, work));
    await world.operation(await world.ask({ kind: 'redrive', selection: { query: '' } }));

    await expect(payloads()).resolves.toEqual(['no JSON', '{}']);
  });

  it('of an empty queue is done at once', async () => {
    await world.declare(dead);
    await observer();
    await expect(world.operation(await adopt())).resolves.toMatchObject({ total: 0, done: 0, adopted: 0 });
  });

  it('is refused where there is no such queue, or it is a consumer’s', async () => {
    await world.journal(announce({ consumers: [consumer({ queue: work })] }));
    await world.declare(work);
    await observer();

    await expect(world.answer(await adopt('legacy.none'))).resolves.toEqual({ status: 404, code: 'unknown-queue', detail: 'There is no queue "legacy.none".' });
    await expect(world.answer(await adopt(work))).resolves
      .toEqual({ status: 409, code: 'consumer-queue', detail: `Queue "${work}" is a consumer's: what waits in it is not dead.` });
  });

  it('fails when the queue goes away, and says so', async () => {
    await legacy('quorum');
    await observer();
    const id = await adopt(dead, 100);
    await world.operation(id, ({ done }) => done > 0);

    await world.delete(dead);

    await expect(world.operation(id, ({ state }) => state === 'failed')).resolves.toMatchObject({ problem: `There is no queue "${dead}".` });
  });
});
