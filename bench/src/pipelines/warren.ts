import 'reflect-metadata';
import { Injectable, Module, type DynamicModule, type INestApplicationContext, type Provider, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Bus, BusModule, OnMessage, Publisher, type Received } from '@warren/bus';
import { contract, flow } from '@warren/protocol';
import { waitFor } from '@warren/testing';
import { z } from 'zod';
import { runRole, type Role } from '../harness/role.js';
import { countTo, exchange, inFlight, load, publishAll, queues, topics } from './load.js';

/** Warren's bus as a service uses it: a schema check on both sides, derived ids, journeys; hop reports where there is a journal. */
const Payload = z.object({ n: z.int(), text: z.string() });
const bench = flow(exchange, {
  original: contract(topics.original, Payload, { line: '{text}' }),
  intermediate: contract(topics.intermediate, Payload, { line: '{text}' }),
});

@Injectable()
class Imed {
  @OnMessage(bench.original, { queue: queues.consumer, concurrency: inFlight })
  acknowledge({ payload }: Received<typeof bench.original>) {
    return bench.intermediate(load('Got', payload.n));
  }
}

@Injectable()
class Sink {
  static seen: (n: number) => void;

  @OnMessage(bench.intermediate, { queue: queues.sink, concurrency: inFlight })
  count({ payload }: Received<typeof bench.intermediate>): void {
    Sink.seen(payload.n);
  }
}

@Module({})
class PipelineModule {
  static with(role: Role, ...providers: Provider[]): DynamicModule {
    const journal = process.env['BENCH_JOURNAL'] === 'true';
    const service = `bench-${providers.map((one) => (one as Type).name.toLowerCase()).join() || 'source'}`;
    const bus = BusModule.forRoot({ service, instance: `${service}-1`, version: '0', contracts: [bench], journal, url: role.url });
    return { module: PipelineModule, imports: [bus], providers };
  }
}

async function source(role: Role): Promise<void> {
  const app = await start(role);
  const publisher = app.get(Publisher);
  await role.ready();
  await publishAll(role.total, (one) => publisher.publish(bench.original(one)));
}

async function consumer(role: Role): Promise<void> {
  await start(role, Imed);
  await role.ready();
}

async function sink(role: Role): Promise<void> {
  Sink.seen = countTo(role.total, () => role.done());
  await start(role, Sink);
  await role.ready();
}

/** The bus waits for the gateway's word before it does anything: here it is. */
async function start(role: Role, ...providers: Type[]): Promise<INestApplicationContext> {
  const app = await NestFactory.createApplicationContext(PipelineModule.with(role, ...providers), { logger: ['error', 'warn', 'fatal'] });
  await waitFor(() => app.get(Bus).connected);
  await app.get(Bus).apply({ epoch: 1, run: 1, state: 'RUNNING', sources: true, attached: 'all' });
  return app;
}

runRole({ source, consumer, sink });
