/** An instance of `shop-till` with inbox and outbox, whose process ends right after the commit of each sale's first handling. It runs what was built. */
require('reflect-metadata');
const { Module } = require('@nestjs/common');
const { NestFactory } = require('@nestjs/core');
const { Database, DatabaseModule, sql } = require('@warren/database');
const { contract, flow } = require('@warren/protocol');
const { z } = require('zod');
const { Bus, BusModule, inboxMigrations, OnMessage, Outbox, OutboxModule, outboxMigrations } = require('../dist/index.js');

const item = z.object({ item: z.string() });
const shop = flow('shop', { order: contract('shop.order', item), receipt: contract('shop.receipt', item, { terminal: true }) });
const migrations = { ...inboxMigrations, ...outboxMigrations, '001-sales': { up: (db) => sql`create table sales (item text)`.execute(db) } };
let app;

class Shop {
  sell({ payload }) {
    return async (transaction) => {
      await sql`insert into sales values (${payload.item})`.execute(transaction);
      await app.get(Outbox, { strict: false }).add(transaction, shop.receipt({ item: 'outbox' }));
      app.get(Database).afterCommit(transaction, () => process.kill(process.pid, 'SIGKILL'));
      return shop.receipt({ item: 'child' });
    };
  }
}
OnMessage(shop.order, { queue: 'shop.till', inbox: true })(Shop.prototype, 'sell', Object.getOwnPropertyDescriptor(Shop.prototype, 'sell'));

class Service {}
Module({
  imports: [
    BusModule.forRoot({ service: 'shop-till', instance: `shop-till-${process.pid}`, version: '1', contracts: [shop] }),
    DatabaseModule.forRoot({ schema: 'till', migrations }), OutboxModule,
  ],
  providers: [Shop],
})(Service);

void NestFactory.createApplicationContext(Service, { logger: false }).then((created) => {
  app = created;
  return app.get(Bus).apply({ epoch: 1, run: 7, state: 'RUNNING', sources: true, attached: 'all' });
});
