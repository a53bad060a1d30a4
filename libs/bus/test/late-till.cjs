/** As till.cjs, with a consumer that is added only when the process has been told its state, as one is that a database knows of. It runs what was built. */
require('reflect-metadata');
const { setTimeout: delay } = require('node:timers/promises');
const { Module } = require('@nestjs/common');
const { NestFactory } = require('@nestjs/core');
const { contract, flow } = require('@warren/protocol');
const { z } = require('zod');
const { Bus, BusModule, Consumers, OnMessage } = require('../dist/index.js');

const shop = flow('shop', { order: contract('shop.order', z.object({ item: z.string() })) });

class Shop {
  async sell({ payload }) {
    if (payload.item === 'kills later') await delay(150).then(() => process.kill(process.pid, 'SIGKILL'));
  }
}
OnMessage(shop.order, { queues: 'shop.*', concurrency: 10 })(Shop.prototype, 'sell', Object.getOwnPropertyDescriptor(Shop.prototype, 'sell'));

class Service {}
Module({ imports: [BusModule.forRoot({ service: 'shop-till', instance: `shop-till-${process.pid}`, version: '1', contracts: [shop] })], providers: [Shop] })(Service);

void NestFactory.createApplicationContext(Service, { logger: false }).then(async (app) => {
  await app.get(Bus).apply({ epoch: 1, run: 7, state: 'RUNNING', sources: true, attached: 'all' });
  app.get(Consumers).add({ queue: 'shop.till' });
});
