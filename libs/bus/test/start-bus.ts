import 'reflect-metadata';
import { type AmqpConnection, AmqpConnectionManager } from '@golevelup/nestjs-rabbitmq';
import { ConsoleLogger, type DynamicModule, type INestApplicationContext, type Provider, type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { contract, flow, type Command } from '@warren/protocol';
import { onTeardown, type TestBroker } from '@warren/testing';
import { z } from 'zod';
import { Bus, BusModule, type BusOptions } from '../src/index.js';

const Item = z.object({ item: z.string() });

/** A flow to try the bus with: `order` is consumed, `receipt` is terminal. */
export const shop = flow('shop', {
  order: contract('shop.order', Item),
  receipt: contract('shop.receipt', Item, { terminal: true }),
});

export const running: Command = { epoch: 1, run: 7, state: 'RUNNING', sources: true, attached: 'all' };
export const paused: Command = { ...running, epoch: 2, state: 'PAUSED', sources: false };
export const shutDown: Command = { ...paused, epoch: 3, state: 'SHUTDOWN', attached: 'none' };

export interface StartedBus {
  app: INestApplicationContext;
  bus: Bus;
}

/** A process of the service `shop-till` with these providers, closed at the end of the file. */
export async function startBus(
  broker: Pick<TestBroker, 'url'>, providers: Provider[] = [], imports: (DynamicModule | Type)[] = [], options: Partial<BusOptions> = {},
): Promise<StartedBus> { // prettier-ignore
  const identity = { service: 'shop-till', instance: 'shop-till-0001', version: '1.2.3' };
  const module = await Test.createTestingModule({
    imports: [BusModule.forRoot({ ...identity, contracts: [shop], url: broker.url, ...options }), ...imports],
    providers,
  }).compile();
  module.useLogger(process.env.LOG ? new ConsoleLogger() : false);
  // golevelup keeps the connections of a process by their names: it forgets those of an application when another one starts.
  const connections: AmqpConnection[] = [];
  onTeardown(async () => {
    for (const { managedConnection } of connections) await managedConnection.close();
  });
  onTeardown(() => module.close());
  const app = await module.init();
  connections.push(...module.get(AmqpConnectionManager, { strict: false }).getConnections());
  return { app, bus: app.get(Bus) };
}
