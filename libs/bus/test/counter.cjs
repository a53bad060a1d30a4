/** An instance of the service `shop-till` that takes one message at a time from a counter's queue, for a while. It runs what was built. */
require('reflect-metadata');
const { setTimeout: delay } = require('node:timers/promises');
const { Module } = require('@nestjs/common');
const { NestFactory } = require('@nestjs/core');
const { contract, flow } = require('@warren/protocol');
const { z } = require('zod');
const { Bus, BusModule, Consumers, OnMessage } = require('../dist/index.js');

const shop = flow('shop', { order: contract('shop.order', z.object({ item: z.string() })) });

class Counters {
  async sell() {
    await delay(20);
  }
}
OnMessage(shop.order, { queues: 'shop.counter.*', concurrency: 1 })(Counters.prototype, 'sell', Object.getOwnPropertyDescriptor(Counters.prototype, 'sell'));

class Service {}
Module({ imports: [BusModule.forRoot({ service: 'shop-till', instance: `shop-till-${process.pid}`, version: '1', contracts: [shop] })], providers: [Counters] })(Service);

void NestFactory.createApplicationContext(Service, { logger: false }).then((app) => {
  app.get(Consumers).add({ queue: 'shop.counter.a' });
  return app.get(Bus).apply({ epoch: 1, run: 7, state: 'RUNNING', sources: true, attached: 'all' });
});
