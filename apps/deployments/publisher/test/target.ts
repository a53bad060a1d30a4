import { onTeardown, waitFor, type TestBroker } from '@warren/testing';
import { connect, type Channel, type ConsumeMessage } from 'amqplib';

/** What takes releases: a queue as any AMQP client makes it, exclusive to this connection. */
export interface Target {
  /** All that came so far. */
  taken: ConsumeMessage[];
  unbind(): Promise<unknown>;
  bind(): Promise<unknown>;
  next(): Promise<ConsumeMessage>;
}

const exchange = 'deployments';
const topic = 'release.published';

export async function target(broker: TestBroker): Promise<Target> {
  const connection = await connect(broker.url);
  onTeardown(() => connection.close());
  const channel: Channel = await connection.createChannel();
  await channel.assertExchange(exchange, 'topic', { durable: true });
  const { queue } = await channel.assertQueue('', { exclusive: true });
  const taken: ConsumeMessage[] = [];
  await channel.consume(queue, (message) => message && taken.push(message), { noAck: true });
  return {
    taken,
    bind: () => channel.bindQueue(queue, exchange, topic),
    unbind: () => channel.unbindQueue(queue, exchange, topic),
    next: () => waitFor(() => taken.shift(), { what: 'a release' }),
  };
}
