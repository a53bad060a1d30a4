import 'reflect-metadata';
import { type INestApplicationContext, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Bus, BusModule, OnMessage } from '@warren/bus';
import { Beat, type Command, Confirmation, contract, digestOf, flow, type Inquiry, InquiryAnswer, inquiryTypes, names, newId, writeEnvelope } from '@warren/protocol';
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

/** What the instance answers to an inquiry. */
async function ask(about: Partial<Inquiry>): Promise<InquiryAnswer> {
  const { queue: reply } = await channel.assertQueue('', { exclusive: true });
  const inquiry: Inquiry = { id: newId(), reply, journeys: [], digests: [], ...about };
  channel.sendToQueue(names.control(self.instance), Buffer.from(JSON.stringify(inquiry)), { type: inquiryTypes.inquiry });
  const given = await waitFor(() => channel.get(reply, { noAck: true }));
  const answer = InquiryAnswer.parse(JSON.parse(given.content.toString()));
  expect(answer.id).toBe(inquiry.id);
  return answer;
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

  it('answers what it has in hand of a journey, until that has come to its end', async () => {
    const [id, before] = [newId(), inHand];
    channel.publish('shop', 'shop.order', Buffer.from('{"item":"tea"}'), writeEnvelope({ id, journey: id, type: 'shop.order@1', service: 'web', at: Date.now(), attempt: 2, redrive: 1 }));
    await waitFor(() => inHand > before);

    const hand = { message: id, journey: id, queue: 'shop.till', attempt: 2, redrive: 1, since: expect.any(Number) as number };
    expect(await ask({ journeys: [id] })).toMatchObject({ service: self.service, instance: self.instance, hands: [hand] });
    expect((await ask({ journeys: [newId()], digests: ['d'] })).hands).toEqual([]);
    release();
    await waitFor(async () => (await ask({ journeys: [id] })).hands.length === 0);
  });

  it('tells a foreign message that it has in hand by its digest', async () => {
    const [body, before] = [Buffer.from('{"item":"foreign tea"}'), inHand];
    const digests = [digestOf('shop', 'shop.order', body)];
    channel.publish('shop', 'shop.order', body);
    await waitFor(() => inHand > before);

    expect((await ask({ digests })).hands).toMatchObject([{ queue: 'shop.till', foreign: digests[0] }]);
    release();
    await waitFor(async () => (await ask({ digests })).hands.length === 0);
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
