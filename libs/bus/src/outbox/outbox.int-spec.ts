import { Database, DatabaseModule, sql } from '@warren/database';
import { FaultProxy, onTeardown, testBroker, testDatabase, waitFor } from '@warren/testing';
import { probe, type Probe } from '../../test/probe.js';
import { paused, running, shop, startBus, type StartedBus } from '../../test/start-bus.js';
import { Outbox, OutboxModule, outboxMigrations, Publisher } from '../index.js';
import { Declarations } from '../topology/declarations.js';
import { OutboxRelay } from './outbox.relay.js';

let network: FaultProxy;
let till: StartedBus;
let database: Database;
let outbox: Outbox;
let wire: Probe;

const well = () => waitFor(async () => till.bus.connected && (await till.bus.apply(running), true));
const add = (...items: string[]) => database.transaction(async (transaction) => {
  for (const item of items) await outbox.add(transaction, shop.receipt({ item }));
}); // prettier-ignore
const left = async () => (await sql<{ n: number }>`select count(*)::int as n from outbox`.execute(database.kysely)).rows[0]?.n;
const emptied = () => waitFor(async () => (await left()) === 0, { what: 'an empty outbox' });

/** The next so many receipts in the order of the journal. */
async function receipts(count: number): Promise<{ item: string; id: string }[]> {
  const found: { item: string; id: string }[] = [];
  while (found.length < count) {
    const { content, properties } = await wire.next('warren.journal', 'shop.receipt');
    found.push({ ...(JSON.parse(content.toString()) as { item: string }), id: String(properties.messageId) });
  }
  return found;
}
const items = async (count: number) => (await receipts(count)).map(({ item }) => item);

beforeAll(async () => {
  const broker = await testBroker();
  network = await FaultProxy.to(broker.url);
  onTeardown(() => network.close());
  process.env.DATABASE_URL = (await testDatabase()).url;
  till = await startBus({ url: network.url }, [], [DatabaseModule.forRoot({ schema: 'till', migrations: outboxMigrations }), OutboxModule]);
  database = till.app.get(Database);
  outbox = till.app.get(Outbox, { strict: false });
  await database.start();
  await well();
  wire = await probe(broker);
});
afterEach(async () => {
  await emptied();
  wire.clear();
});

describe('an outbox', () => {
  it('publishes what was committed, in its order, with the ids that it gave', async () => {
    const { id, journey } = await database.transaction((transaction) => outbox.add(transaction, shop.receipt({ item: 'first' })));
    await add('second', 'third');

    const found = await receipts(3);

    expect(found.map(({ item }) => item)).toEqual(['first', 'second', 'third']);
    expect(found[0]?.id).toBe(id);
    expect(journey).toBe(id);
  });

  it('publishes nothing of what is rolled back, and refuses what does not fit its contract', async () => {
    const rolledBack = database.transaction(async (transaction) => {
      await outbox.add(transaction, shop.receipt({ item: 'never' }));
      await outbox.add(transaction, shop.receipt({ item: 7 as unknown as string }));
    });

    await expect(rolledBack).rejects.toMatchObject({ name: 'PayloadError' });
    await add('after');

    expect(await items(1)).toEqual(['after']);
  });

  it('holds what is added while the system is PAUSED, and publishes it when it is RUNNING', async () => {
    await till.bus.apply(paused);
    await add('held', 'too');
    const held = await left();

    await till.bus.apply({ ...running, epoch: 3 });

    expect(held).toBe(2);
    expect(await items(2)).toEqual(['held', 'too']);
  });

  it('keeps what is added while the broker is away', async () => {
    network.cut();
    await waitFor(() => !till.bus.connected);
    await add('kept', 'in', 'order');

    network.restore();
    await well();

    expect(await items(3)).toEqual(['kept', 'in', 'order']);
  });

  it('publishes a message again with its id when it ended between publish and delete', async () => {
    await sql`create function crash() returns trigger language plpgsql as $$ begin raise exception 'crash'; end $$`.execute(database.kysely);
    await sql`create trigger crash before delete on outbox for each row execute function crash()`.execute(database.kysely);
    await add('twice');

    const [one, other] = await receipts(2);
    await sql`drop trigger crash on outbox`.execute(database.kysely);

    expect(other).toEqual(one);
  });

  it('has one relay at a time, however many instances there are', async () => {
    const identity = { service: 'shop-till', instance: 'shop-till-0002', version: '1' };
    const others = [1, 2].map(() => new OutboxRelay(till.app.get(Publisher), till.app.get(Declarations, { strict: false }), identity, database));
    for (const other of others) other.onApplicationBootstrap();
    const wanted = Array.from({ length: 300 }, (_, n) => `${n}`);

    for (let n = 0; n < 300; n += 10) await add(...wanted.slice(n, n + 10));
    const found = await items(300);
    await emptied();
    await Promise.all(others.map((other) => other.beforeApplicationShutdown()));
    await add('last');

    expect(found).toEqual(wanted);
    expect(await items(1)).toEqual(['last']); // and no copies before it
  });

  it('makes what nobody takes a dead letter, and goes on with what is behind it', async () => {
    const { id } = await database.transaction((transaction) => outbox.add(transaction, shop.order({ item: 'unwanted' })));
    await add('wanted');

    const { properties } = await wire.next('warren.dead');

    expect(properties.messageId).toBe(id);
    expect(properties.headers).toMatchObject({ 'warren-queue': 'shop-till.outbox', 'warren-cause': expect.stringContaining('No consumer takes') as unknown });
    expect(await items(1)).toEqual(['wanted']);
  });
});
