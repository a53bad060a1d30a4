import 'reflect-metadata';
import { AmqpConnection, RabbitMQModule, RabbitSubscribe } from '@golevelup/nestjs-rabbitmq';
import { Injectable, Module, type DynamicModule, type Provider, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { runRole, type Role } from '../harness/role.js';
import { countTo, exchange, inFlight, load, publishAll, queues, topics, type Load } from './load.js';

/** golevelup alone, by its documentation, with raw's safety: confirmed and mandatory publishes, acknowledged after the child. */
const queueOptions = { arguments: { 'x-queue-type': 'quorum' } };
const safely = { persistent: true, mandatory: true };

@Injectable()
class Imed {
  constructor(private readonly connection: AmqpConnection) {}

  @RabbitSubscribe({ exchange, routingKey: topics.original, queue: queues.consumer, queueOptions })
  async acknowledge({ n }: Load): Promise<void> {
    await this.connection.publish(exchange, topics.intermediate, load('Got', n), safely);
  }
}

@Injectable()
class Sink {
  static seen: (n: number) => void;

  @RabbitSubscribe({ exchange, routingKey: topics.intermediate, queue: queues.sink, queueOptions })
  count({ n }: Load): void {
    Sink.seen(n);
  }
}

@Module({})
class PipelineModule {
  static with(role: Role, ...providers: Provider[]): DynamicModule {
    const broker = RabbitMQModule.forRoot({
      uri: role.url,
      exchanges: [{ name: exchange, type: 'topic' }],
      queues: [
        { name: queues.consumer, exchange, routingKey: topics.original, options: queueOptions },
        { name: queues.sink, exchange, routingKey: topics.intermediate, options: queueOptions },
      ],
      prefetchCount: inFlight,
      connectionManagerOptions: { connectionOptions: { noDelay: true } },
    });
    return { module: PipelineModule, imports: [broker], providers };
  }
}

async function source(role: Role): Promise<void> {
  const connection = await start(role);
  await role.ready();
  await publishAll(role.total, (one) => connection.publish(exchange, topics.original, one, safely));
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

async function start(role: Role, ...providers: Type[]): Promise<AmqpConnection> {
  const app = await NestFactory.createApplicationContext(PipelineModule.with(role, ...providers), { logger: ['error'] });
  const connection = app.get(AmqpConnection);
  connection.channel.on('return', () => process.emit('uncaughtException', new Error('a publish was returned: nobody takes it')));
  return connection;
}

runRole({ source, consumer, sink });
