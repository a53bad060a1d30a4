import { Injectable } from '@nestjs/common';
import { Database, DatabaseModule, sql } from '@warren/database';
import { tickId, type Command } from '@warren/protocol';
import { testBroker, testDatabase, waitFor, type TestBroker } from '@warren/testing';
import { probe, type Probe } from '../../test/probe.js';
import { running, shop, startBus } from '../../test/start-bus.js';
import { Publisher, Source, sourceMigrations, type Tick } from '../index.js';
import { TimerSource } from './timer-source.js';

@Injectable()
class Orders {
  readonly every = 60;

  @Source(shop.receipt, { name: 'shop.orders', every: (self: Orders) => self.every })
  next({ n, run }: Tick) {
    return { item: `${run}/${n}` };
  }
}

let broker: TestBroker;
let wire: Probe;
let database: Database;
let publisher: Publisher;
let run = 0;

const instances: TimerSource[] = [];
const command = (): Command => ({ ...running, run });

/** One more instance of the source; what it publishes goes out through the one bus of this process. */
function instance(most?: number): TimerSource {
  const method = ({ n, run }: Tick) => ({ item: `${run}/${n}` });
  const source = new TimerSource({ name: 'shop.orders', every: 60, most, contract: shop.receipt.info, method }, database, publisher);
  instances.push(source);
  return source;
}

/** The next so many payloads of this run, in the order of the journal. */
async function ticks(count: number): Promise<{ item: string; id: string }[]> {
  const found: { item: string; id: string }[] = [];
  while (found.length < count) {
    const message = await wire.next('warren.journal', 'shop.receipt');
    const { item } = JSON.parse(message.content.toString()) as { item: string };
    if (item.startsWith(`${run}/`)) found.push({ item, id: String(message.properties.messageId) });
  }
  return found;
}

const numbers = (from: number, count: number) => Array.from({ length: count }, (_, index) => `${run}/${from + index}`);

beforeAll(async () => {
  broker = await testBroker();
  const { url } = await testDatabase();
  process.env.DATABASE_URL = url;
  const started = await startBus(broker, [Orders], [DatabaseModule.forRoot({ schema: 'orders', migrations: sourceMigrations })]);
  database = started.app.get(Database);
  await database.start();
  await started.bus.apply({ ...running, run: 1_000 });
  publisher = started.app.get(Publisher);
  wire = await probe(broker);
});
beforeEach(() => void (run += 1));
afterEach(async () => {
  await Promise.all(instances.splice(0).map((source) => source.close()));
});

describe('a timer source', () => {
  it('that a service declares ticks while the system is RUNNING', async () => {
    run = 1_000;

    expect((await ticks(2)).map(({ item }) => item)).toEqual(numbers(1, 2));

    run = 0;
  });

  it('numbers its ticks from 1 in each run, with ids that follow from run and number', async () => {
    instance().open(command());

    const found = await ticks(3);

    expect(found).toEqual(numbers(1, 3).map((item, index) => ({ item, id: tickId('shop.orders', run, index + 1) })));
  });

  it('emits each number once, however many instances there are', async () => {
    for (let index = 0; index < 4; index += 1) instance().open(command());

    expect((await ticks(8)).map(({ item }) => item)).toEqual(numbers(1, 8));
  });

  it('goes on with the next number when the instance that emitted is gone', async () => {
    const first = instance();
    first.open(command());
    await ticks(2);
    await first.close();

    instance().open({ ...command(), epoch: 2 });

    expect((await ticks(3)).map(({ item }) => item)).toEqual(numbers(3, 3));
  });

  it('ends after so many in each run, and a restart begins no other', async () => {
    const first = instance(2);
    first.open(command());
    expect((await ticks(2)).map(({ item }) => item)).toEqual(numbers(1, 2));
    await first.close();
    await sql`update timer_source set due = now() where run = ${run}`.execute(database.kysely);
    const again = instance(2);

    again.open({ ...command(), epoch: 2 });
    const other = instance();
    other.open({ ...command(), run: run + 1 });
    await waitFor(async () => {
      const { rows } = await sql<{ is: boolean }>`select due < now() as is from timer_source where run = ${run} and epoch = 2`.execute(database.kysely);
      return rows[0]?.is;
    });
    run += 1;
    await ticks(3); // time for what must not happen

    const { rows } = await sql<{ n: number }>`select n from timer_source where run = ${run - 1}`.execute(database.kysely);
    expect(rows).toEqual([{ n: 2 }]);
  });

  it('waits one interval after it starts running, also after a pause', async () => {
    const source = instance();
    source.open(command());
    await ticks(1);
    await source.close();
    await sql`update timer_source set due = now() - interval '1 hour' where run = ${run}`.execute(database.kysely);

    source.open({ ...command(), epoch: 2 });

    const due = await waitFor(async () => {
      const { rows } = await sql<{ late: boolean }>`select due < now() - interval '1 minute' as late from timer_source where run = ${run} and epoch = 2`.execute(database.kysely);
      return rows[0];
    });
    expect(due.late).toBe(false);
  });

  it('publishes the same number again when its database failed after the publish, and the copy has the same id', async () => {
    instance().open(command());
    await ticks(1);
    await instances[0]!.close();
    await sql`update timer_source set n = 0 where run = ${run}`.execute(database.kysely); // as if the update had been lost

    instance().open({ ...command(), epoch: 2 });

    const copy = (await ticks(1))[0];
    expect(copy).toEqual({ item: `${run}/1`, id: tickId('shop.orders', run, 1) });
  });
});
