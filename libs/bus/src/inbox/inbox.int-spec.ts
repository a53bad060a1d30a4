import { Injectable } from '@nestjs/common';
import { Database, DatabaseModule, sql, type AnyTransaction, type Migrations } from '@warren/database';
import { childId, newId, writeEnvelope } from '@warren/protocol';
import { testBroker, testDatabase, waitFor, type TestBroker } from '@warren/testing';
import { probe, type Probe } from '../../test/probe.js';
import { running, shop, startBus, type StartedBus } from '../../test/start-bus.js';
import { TillProcess } from '../../test/till-process.js';
import { inboxMigrations, OnMessage, type Received } from '../index.js';
import { Inbox } from './inbox.js';

const calls: string[] = [];
let failing = '';

@Injectable()
class Desk {
  @OnMessage(shop.order, { queue: 'shop.desk', inbox: true, policy: { attempts: 2, delays: [100] }, dead: ({ payload }, { message }) => shop.receipt({ item: `${payload.item}: ${message}` }) })
  sell({ payload: { item } }: Received<typeof shop.order>) {
    calls.push(item);
    return async (transaction: AnyTransaction) => {
      await sql`insert into sales values (${item})`.execute(transaction);
      if (item === failing) throw new Error('no');
      return [shop.receipt({ item: `${item} 1` }), shop.receipt({ item: `${item} 2` })];
    };
  }
}

const migrations: Migrations = { ...inboxMigrations, '001-sales': { up: (db) => sql`create table sales (item text)`.execute(db).then(() => undefined) } };

let broker: TestBroker;
let desk: StartedBus;
let database: Database;
let wire: Probe;

const order = (item: string, id = newId()) => {
  const { messageId, ...properties } = writeEnvelope({ id, journey: id, type: shop.order.info.type, service: 'test', at: Date.now(), attempt: 1, redrive: 0 });
  return wire.publish('shop', 'shop.order', { item }, { messageId, ...properties }).then(() => id);
};
const receipt = async () => {
  const { content, properties } = await wire.next('warren.journal', 'shop.receipt');
  return { id: String(properties.messageId), ...(JSON.parse(content.toString()) as { item: string }) };
};
const sales = async (schema = 'desk') => (await sql<{ item: string }>`select item from ${sql.table(`${schema}.sales`)}`.execute(database.kysely)).rows.map(({ item }) => item);

beforeAll(async () => {
  broker = await testBroker();
  process.env.DATABASE_URL = (await testDatabase()).url;
  desk = await startBus(broker, [Desk], [DatabaseModule.forRoot({ schema: 'desk', migrations })]);
  database = desk.app.get(Database);
  await database.start();
  await desk.bus.apply(running);
  wire = await probe(broker);
});
beforeEach(() => void calls.splice(0));

describe('a consumer with an inbox', () => {
  it('handles a message that comes twice once, and publishes its children both times with the same ids', async () => {
    const id = await order('tea');
    const first = [await receipt(), await receipt()];
    await order('tea', id);
    const second = [await receipt(), await receipt()];

    expect(second).toEqual(first);
    expect(first.map(({ item }) => item)).toEqual(['tea 1', 'tea 2']);
    expect(first[1]?.id).toBe(childId({ parentId: id, consumer: 'shop.desk', redrive: 0, type: shop.receipt.info.type, index: 1 }));
    expect(calls).toEqual(['tea']);
    expect(await sales()).toEqual(['tea']);
  });

  it('stores nothing when what it stores fails, and tells of the dead letter before it is one', async () => {
    failing = 'cup';
    const id = await order('cup');

    const { item } = await receipt();
    const { properties } = await wire.next('warren.dead');

    expect(item).toBe('cup: no');
    expect(properties.messageId).toBe(id);
    expect(calls).toEqual(['cup', 'cup']);
    expect(await sales()).not.toContain('cup');
  });

  it('loses neither children nor outbox when its process ends right after the commit, and does nothing twice', async () => {
    const till = TillProcess.of(broker, 'safe.cjs');
    till.start();
    await waitFor(async () => (await broker.queue('shop.till').catch(() => undefined))?.consumers === 1, { timeout: 20_000, what: 'the other process' });
    wire.clear();
    const id = await order('mug');
    const got = new Map<string, string>();

    const found = await waitFor(async () => {
      const one = await receipt().catch(() => undefined);
      if (one && !one.item.startsWith('mug')) got.set(one.item, one.id);
      return got.size === 2 && got;
    }, { timeout: 30_000, what: 'both receipts' }); // prettier-ignore

    expect(found.get('child')).toBe(childId({ parentId: id, consumer: 'shop.till', redrive: 0, type: shop.receipt.info.type, index: 0 }));
    expect(await sales('till')).toEqual(['mug']);
    expect([till.kills, till.errors]).toEqual([1, '']);
  }, 60_000);
});

describe('an inbox', () => {
  const key = () => ({ message: newId(), consumer: 'shop.desk', redrive: 0 });
  const child = { exchange: 'shop', key: 'shop.receipt', body: Buffer.from('{}'), properties: { messageId: newId() } };

  it('lets one of two instances that have the same message store it; the other gives the same children', async () => {
    const inbox = new Inbox(database);
    const one = key();
    let effects = 0;
    const handle = () => Promise.resolve(async () => {
      effects += 1;
      return Promise.resolve([child]);
    }); // prettier-ignore

    const both = await Promise.all([inbox.once(one, handle), inbox.once(one, handle)]);

    expect(effects).toBe(1);
    expect(both).toEqual([[child], [child]]);
  });

  it('forgets what no copy can come of any more: with its first message, then with each hundredth', async () => {
    const inbox = new Inbox(database);
    const stored = async () => (await sql<{ message: string }>`select message from inbox where consumer = 'shop.old'`.execute(database.kysely)).rows.map(({ message }) => message);
    const store = (days: number, message = newId()) =>
      sql`insert into inbox (message, consumer, redrive, at) values (${message}, 'shop.old', 0, now() - ${days} * interval '1 day')`.execute(database.kysely).then(() => message);
    const take = () => inbox.once(key(), () => Promise.resolve(() => Promise.resolve([])));

    const young = await store(29);
    await store(31);
    await take();
    const afterFirst = await stored();
    await store(31);
    for (let n = 2; n <= 100; n++) await take();
    const before = await stored();
    await take();

    expect(afterFirst).toEqual([young]);
    expect(before).toHaveLength(2);
    expect(await stored()).toEqual([young]);
  });

  it('lets a message come back, as no attempt, while there is no database', async () => {
    const away = new Database({ url: 'postgres://127.0.0.1:1/none', schema: 'none' });

    await expect(new Inbox(away).once(key(), () => Promise.reject(new Error('handled')))).rejects.toMatchObject({ name: 'PostponeError' });

    await away.close();
  });

  it('keeps a service from starting that has no database', () => {
    expect(() => new Inbox().require('Consumer of "shop.desk"')).toThrow('Consumer of "shop.desk" has an inbox and needs a database: import DatabaseModule.forRoot() with inboxMigrations.');
  });
});
