import 'reflect-metadata';
import { type INestApplicationContext, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Bus, BusModule, OnMessage } from '@warren/bus';
import { Beat, type Command, Confirmation, contract, flow, names } from '@warren/protocol';
import { FaultProxy, onTeardown, testBroker, waitFor } from '@warren/testing';
import { type Channel, connect } from 'amqplib';
import { z } from 'zod';
import { Lifecycle, LifecycleModule } from './index.js';

const shop = flow('shop', { order: contract('shop.order', z.object({ item: z.string() })) });
const self = { service: 'shop-till', instance: 'shop-till-0001', version: '1.2.3' };
const running: Command = { epoch: 1, run: 7, state: 'RUNNING', sources: true, attached: 'all' };
const detached = (epoch: number): Command => ({ epoch, run: 7, state: 'SHUTDOWN', sources: false, attached: 'none' });

let inHand = 0;
let release: () => void = () => undefined;

/** Takes an order and keeps it in hand until it is released. */
@Injectable()
class Till {
  @OnMessage(shop.order, { queue: 'shop.till' })
  async sell(): Promise<void> {
    inHand += 1;
    await new Promise<void>((resolve) => (release = resolve));
  }
}

/** A gateway as the wire shows it. */
interface FakeGateway {
  beats: Beat[];
  confirmed: number[];
  command(command: Command): void;
}

let network: FaultProxy;
let channel: Channel;
let gateway: FakeGateway;
let app: INestApplicationContext;
let closed: Promise<void> | undefined;
const close = () => (closed ??= app.close());
let lifecycle: Lifecycle;

async function fakeGateway(): Promise<FakeGateway> {
  const fake: FakeGateway = {
    beats: [],
    confirmed: [],
    command: (command) => channel.sendToQueue(names.control(self.instance), Buffer.from(JSON.stringify(command))),
  };
  const { queue } = await channel.assertQueue('', { exclusive: true });
  await channel.assertExchange(names.confirmations, 'fanout', { durable: true });
  await channel.bindQueue(queue, names.confirmations, '');
  await channel.assertQueue(names.beats, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  const read = (from: string, take: (body: unknown) => void) => channel.consume(from, (message) => message && take(JSON.parse(message.content.toString())), { noAck: true });
  await read(queue, (body) => fake.confirmed.push(Confirmation.parse(body).epoch));
  await read(names.beats, (body) => fake.beats.push(Beat.parse(body)));
  return fake;
}

async function start(): Promise<void> {
  @Module({ imports: [BusModule.forRoot({ ...self, url: network.url, contracts: [shop] }), LifecycleModule.forRoot(self)], providers: [Till] })
  class Service {}
  app = await NestFactory.createApplicationContext(Service, { logger: false });
  onTeardown(close);
  lifecycle = app.get(Lifecycle);
}

beforeAll(async () => {
  const broker = await testBroker();
  network = await FaultProxy.to(broker.url);
  onTeardown(() => network.close());
  const connection = await connect(broker.url);
  onTeardown(() => connection.close());
  channel = await connection.createChannel();
  gateway = await fakeGateway();
  await start();
});

describe('an instance', () => {
  it('tells the gateways at once that it has joined and must hear the state', async () => {
    const [first] = await waitFor(() => gateway.beats.length > 0 && gateway.beats);

    expect(first).toMatchObject({ ...self, epoch: 0, requests: 0, handled: 0, leaving: false });
    expect(first!.memory).toBeGreaterThan(1_000_000);
    expect(lifecycle.settled).toBe(false);
  });

  it('does what it is told, confirms it, and beats at once', async () => {
    const told: Command[] = [];
    lifecycle.changes.subscribe((command) => told.push(command));
    lifecycle.countRequest();

    gateway.command(running);

    await waitFor(() => gateway.confirmed.includes(1));
    await waitFor(() => gateway.beats.at(-1)?.epoch === 1);
    expect(gateway.beats.at(-1)?.requests).toBe(1);
    expect(told).toEqual([running]);
    expect({ settled: lifecycle.settled, command: lifecycle.command, applied: app.get(Bus).applied }).toEqual({ settled: true, command: running, applied: running });
  });

  it('confirms an equal epoch again and ignores a lower one', async () => {
    const before = gateway.confirmed.length;

    gateway.command({ ...detached(0) });
    gateway.command(running);

    await waitFor(() => gateway.confirmed.length > before);
    expect(gateway.confirmed.slice(before)).toEqual([1]);
    expect(lifecycle.command).toEqual(running);
  });

  it('hears a newer command while it is at another, and skips what that one has overtaken', async () => {
    channel.publish('shop', 'shop.order', Buffer.from('{"item":"tea"}'));
    await waitFor(() => inHand === 1);
    gateway.command(detached(2)); // waits for what is in hand
    await waitFor(() => !lifecycle.settled);
    gateway.command(detached(3));
    gateway.command({ ...running, epoch: 4 });

    release();

    await waitFor(() => gateway.confirmed.includes(4));
    expect(gateway.confirmed.filter((epoch) => epoch > 1)).toEqual([2, 4]);
  });

  it('must hear the state again when it was cut off', async () => {
    network.cut();
    await waitFor(() => !lifecycle.settled);
    network.restore();

    await waitFor(() => gateway.beats.at(-1)?.epoch === 0);
    expect(lifecycle.command?.epoch).toBe(4);
    await waitFor(() => {
      gateway.command({ ...running, epoch: 4 }); // dropped until the control queue is there again
      return lifecycle.settled;
    });
    expect(lifecycle.epoch).toBe(4);
  });

  it('says so when it leaves', async () => {
    await close();

    await waitFor(() => gateway.beats.at(-1)?.leaving);
  });
});
