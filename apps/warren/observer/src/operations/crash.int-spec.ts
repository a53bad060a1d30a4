import { waitFor } from '@warren/testing';
import { type ObserverProcess } from '../../test/observer-process.js';
import { Operated } from '../../test/operated.js';

const queue = 'signal.imed';
const many = 1_200;
let world: Operated;
let running: ObserverProcess[] = [];

beforeAll(async () => {
  world = await Operated.start();
});
beforeEach(async () => {
  await world.clear();
  await world.declare(queue);
});
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

const redriveAll = (rate?: number) => world.ask({ kind: 'redrive', selection: { query: '' }, rate });
const killDeadLetters = () => world.dead(queue, Array.from({ length: many }, (_, n) => ({ n })));
const holders = async () => (await world.database.query(`
  select from pg_locks where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database())
    and (classid::bigint << 32) | objid::bigint = hashtextextended('warren.operations', 0)
`)).length; // prettier-ignore

/** How many messages came, and how many of them more than once; all must have the number of the redrive. */
async function counted(): Promise<{ messages: number; copies: number }> {
  const came = await world.arrived(queue);
  expect(came.filter(({ properties }) => properties.headers['warren-redrive'] !== 1)).toEqual([]);
  const messages = new Set(came.map(({ properties }) => properties.message_id)).size;
  return { messages, copies: came.length - messages };
}

describe('an observer that is killed in the middle of a redrive', () => {
  it.each([
    ['before it published what it claimed', 'redrive.claimed:2', 0],
    ['before it marked what it published', 'redrive.published:2', 500],
    ['before it went on', 'redrive.marked:2', 0],
  ])('%s leaves the rest to the next one', async (_, FAILPOINT, copies) => {
    await killDeadLetters();
    const first = await observer({ FAILPOINT });
    const operation = await redriveAll();
    await expect(first.ended).resolves.toBe('SIGKILL');

    await observer();

    await expect(world.operation(operation)).resolves.toMatchObject({ total: many, done: many, open: many, refused: 0 });
    await expect(world.states()).resolves.toEqual({ redriven: many });
    await expect(counted()).resolves.toEqual({ messages: many, copies });
  });

  it('has put back what it claimed even if the operation is aborted meanwhile', async () => {
    await killDeadLetters();
    const first = await observer({ FAILPOINT: 'redrive.claimed:2' });
    const operation = await redriveAll();
    await first.ended;
    await world.database.query(`update observer.operations set state = 'aborted' where id = '${operation}'`);

    await observer();

    await waitFor(async () => (await world.database.query('select from journal.operations where finished_at is not null')).length === 1);
    await expect(world.states()).resolves.toEqual({ redriven: 1_000, dead: 200 });
    await expect(counted()).resolves.toEqual({ messages: 1_000, copies: 0 });
  });

  it('is followed by one that stood by, which did nothing before', async () => {
    await killDeadLetters();
    const first = await observer();
    await waitFor(async () => (await holders()) === 1);
    await observer();
    const operation = await redriveAll(1_500);
    await world.operation(operation, ({ done }) => done > 100);
    expect(await holders()).toBe(1);

    await first.stop('SIGKILL');

    await expect(world.operation(operation)).resolves.toMatchObject({ done: many, open: many });
    const { messages, copies } = await counted();
    expect(messages).toBe(many);
    expect(copies).toBeLessThanOrEqual(375); // its last chunk
  });
});

describe('a request', () => {
  it('that was stored and not acknowledged is done once', async () => {
    await killDeadLetters();
    const first = await observer({ FAILPOINT: 'request.stored' });
    const operation = await redriveAll();
    await expect(first.ended).resolves.toBe('SIGKILL');
    await expect(world.answer(operation)).resolves.toBeNull();

    await observer();

    await world.operation(operation);
    await waitFor(async () => (await world.broker.queue('warren.requests')).messages === 0);
    await expect(world.database.query('select kind from journal.operations')).resolves.toHaveLength(1);
    await expect(counted()).resolves.toEqual({ messages: many, copies: 0 });
  });
});

describe('a redrive goes on by itself', () => {
  it('after the broker was away', async () => {
    await killDeadLetters();
    const one = await observer();
    const operation = await redriveAll(1_000);
    await world.operation(operation, ({ done }) => done > 0);

    world.toBroker.cut();
    await waitFor(async () => (await world.operation(operation, () => true)).state === 'waiting');
    world.toBroker.restore();
    await one.hear();

    await expect(world.operation(operation)).resolves.toMatchObject({ done: many, open: many, refused: 0 });
    await expect(world.states()).resolves.toEqual({ redriven: many });
    expect((await counted()).messages).toBe(many);
  });

  it('after the broker hung', async () => {
    await killDeadLetters();
    const one = await observer();
    const operation = await redriveAll(1_000);
    await world.operation(operation, ({ done }) => done > 0);

    world.toBroker.hang();
    await waitFor(async () => (await world.states())['redriving']);
    world.toBroker.restore();
    await one.hear();

    await expect(world.operation(operation)).resolves.toMatchObject({ done: many, open: many, refused: 0 });
    expect((await counted()).messages).toBe(many);
  });

  it('after the database was away, and says so', async () => {
    await killDeadLetters();
    const one = await observer();
    const operation = await redriveAll(1_000);
    await world.operation(operation, ({ done }) => done > 0);

    world.toDatabase.cut();
    await waitFor(() => one.output.includes('Operations wait'));
    world.toDatabase.restore();

    await expect(world.operation(operation)).resolves.toMatchObject({ done: many, open: many, refused: 0 });
    await expect(world.states()).resolves.toEqual({ redriven: many });
    expect((await counted()).messages).toBe(many);
    expect(one.output).toContain('Operations go on.');
  });

  it('while both go away again and again', async () => {
    await killDeadLetters();
    const one = await observer();
    const operation = await redriveAll(600);
    for (let n = 1; n <= 5; n += 1) {
      await world.operation(operation, ({ done }) => done > n * 150);
      const proxy = n % 2 === 0 ? world.toDatabase : world.toBroker;
      proxy.cut();
      // What it is told before it has seen the loss is lost with the connection.
      if (proxy === world.toBroker) await world.operation(operation, ({ state }) => state === 'waiting');
      proxy.restore();
      await one.hear();
    }

    await expect(world.operation(operation)).resolves.toMatchObject({ done: many, open: many, refused: 0 });
    await expect(world.states()).resolves.toEqual({ redriven: many });
    expect((await counted()).messages).toBe(many);
  });
});
