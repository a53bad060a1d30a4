import { type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { names, type AnnouncedConsumer, type Draft } from '@warren/protocol';
import { FaultProxy } from '../faults/fault-proxy.js';
import { onTeardown } from '../isolation/teardown.js';
import { testBroker, type TestBroker } from '../isolation/test-broker.js';
import { waitFor } from '../wait-for.js';
import { Conductor } from './conductor.js';
import { hookHandler, type ConsumerClass, type HandlerHook } from './handler-hook.js';
import { Wire } from './wire.js';

export interface StageOptions {
  /** The application's module, imported late: some modules read the environment when they are loaded. */
  module: () => Promise<Type> | Type;
  /** The class with the decorated method. */
  consumer: ConsumerClass;
  /** Its queue; of a method that is attached at run time one of its queues, which the application adds a consumer for. */
  queue: string;
  /** The service's settings, such as a short delay. */
  env?: () => Promise<NodeJS.ProcessEnv> | NodeJS.ProcessEnv;
  /** All contracts that children may have. */
  children: readonly Draft[];
}

/** One application on a broker of its own, with a fault proxy between them, that runs. */
export interface Stage {
  /** Stops the application; once, however often it is called. */
  close: () => Promise<void>;
  broker: TestBroker;
  proxy: FaultProxy;
  hook: HandlerHook;
  wire: Wire;
  conductor: Conductor;
  /** As the application announced it. */
  announced: AnnouncedConsumer;
}

export async function setStage({ module, consumer, queue, env, children }: StageOptions): Promise<Stage> {
  const broker = await testBroker();
  const proxy = await FaultProxy.to(broker.url);
  onTeardown(() => proxy.close());
  Object.assign(process.env, { AMQP_URL: proxy.url, LOG_LEVEL: 'fatal', ...(await env?.()) });
  const hook = hookHandler(consumer, queue);
  const app = await NestFactory.createApplicationContext(await module(), { logger: false });
  let closed: Promise<void> | undefined;
  const close = () => (closed ??= app.close());
  onTeardown(close);
  await waitFor(() => Promise.all([names.journal, names.dead].map((name) => broker.queue(name))), { what: 'the declarations of the application' });
  const wire = await Wire.connect(broker.url);
  const { announced, instance } = await waitFor(() => find(wire, queue), { what: `an announcement of a consumer of ${queue}` });
  await wire.takeChildren(children);
  const conductor = await Conductor.of(wire.channel, instance);
  await conductor.run();
  return { close, broker, proxy, hook, wire, conductor, announced };
}

function find({ announcements }: Wire, queue: string): { announced: AnnouncedConsumer; instance: string } | undefined {
  const found = announcements.findLast(({ consumers }) => consumers.some((one) => one.queue === queue));
  const announced = found?.consumers.find((one) => one.queue === queue);
  return found && announced && { announced, instance: found.instance };
}
