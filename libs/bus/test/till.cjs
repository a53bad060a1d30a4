/** The consumer of shop.till as a process of its own, which some messages end. It runs what was built. */
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

class Till {
  async sell({ payload }) {
    if (payload.item === 'kills') kill();
    if (payload.item === 'kills later') await delay(150).then(kill);
    if (payload.item === 'blocks and kills') for (const until = Date.now() + 400; ; ) if (Date.now() > until) kill();
    if (payload.item === 'slow') await delay(400);
    return shop.receipt(payload);
  }
}
OnMessage(shop.order, { queue: 'shop.till', concurrency: 10 })(Till.prototype, 'sell', Object.getOwnPropertyDescriptor(Till.prototype, 'sell'));

class Service {}
Module({ imports: [BusModule.forRoot({ service: 'shop-till', instance: `shop-till-${process.pid}`, version: '1', contracts: [shop] })], providers: [Till] })(Service);

void NestFactory.createApplicationContext(Service, { logger: false }).then((app) =>
  app.get(Bus).apply({ epoch: 1, run: 7, state: 'RUNNING', sources: true, attached: 'all' }),
);
