/** Two consumers of one contract in a process of its own, which some messages end at the till. It runs what was built. */
require('reflect-metadata');
const { setTimeout: delay } = require('node:timers/promises');
const { Module } = require('@nestjs/common');
const { NestFactory } = require('@nestjs/core');
const { contract, flow } = require('@warren/protocol');
const { z } = require('zod');
const { Bus, BusModule, OnMessage } = require('../dist/index.js');

const item = z.object({ item: z.string() });
const shop = flow('shop', { order: contract('shop.order', item), receipt: contract('shop.receipt', item, { terminal: true }) });
const kill = () => process.kill(process.pid, 'SIGKILL');

class Shop {
  async sell({ payload }) {
    if (payload.item === 'kills') kill();
    if (payload.item === 'kills later') await delay(150).then(kill);
    if (payload.item === 'blocks and kills') for (const until = Date.now() + 400; ; ) if (Date.now() > until) kill();
    if (payload.item === 'slow') await delay(400);
    return shop.receipt(payload);
  }

  /** Slower than the till is killed. */
  async note({ payload }) {
    await delay(payload.item === 'slow' ? 600 : 0);
  }
}
const consume = (name, queue) => OnMessage(shop.order, { queue, concurrency: 10 })(Shop.prototype, name, Object.getOwnPropertyDescriptor(Shop.prototype, name));
consume('sell', 'shop.till');
consume('note', 'shop.desk');

class Service {}
Module({ imports: [BusModule.forRoot({ service: 'shop-till', instance: `shop-till-${process.pid}`, version: '1', contracts: [shop] })], providers: [Shop] })(Service);

void NestFactory.createApplicationContext(Service, { logger: false }).then((app) =>
  app.get(Bus).apply({ epoch: 1, run: 7, state: 'RUNNING', sources: true, attached: 'all' }),
);
