import { connect, type ConfirmChannel } from 'amqplib';
import { runRole, type Role } from '../harness/role.js';
import { countTo, exchange, inFlight, load, publishAll, queues, topics, type Load } from './load.js';

/** The reference: amqplib, doing the least that loses nothing. Quorum queues; persistent, mandatory, confirmed publishes; acknowledged by hand. */
runRole({ source, consumer, sink });

async function source(role: Role): Promise<void> {
  const channel = await open(role);
  await role.ready();
  await publishAll(role.total, (one) => publish(channel, topics.original, one));
}

async function consumer(role: Role): Promise<void> {
  const channel = await open(role);
  await consume(channel, queues.consumer, async ({ n }) => publish(channel, topics.intermediate, load('Got', n)));
  await role.ready();
}

async function sink(role: Role): Promise<void> {
  const channel = await open(role);
  const count = countTo(role.total, () => role.done());
  await consume(channel, queues.sink, ({ n }) => count(n));
  await role.ready();
}

async function open(role: Role): Promise<ConfirmChannel> {
  const connection = await connect(role.url, { noDelay: true });
  const channel = await connection.createConfirmChannel();
  channel.on('return', () => process.emit('uncaughtException', new Error('a publish was returned: nobody takes it')));
  await channel.assertExchange(exchange, 'topic');
  await declare(channel, queues.consumer, topics.original);
  await declare(channel, queues.sink, topics.intermediate);
  return channel;
}

async function declare(channel: ConfirmChannel, queue: string, topic: string): Promise<void> {
  await channel.assertQueue(queue, { arguments: { 'x-queue-type': 'quorum' } });
  await channel.bindQueue(queue, exchange, topic);
}

function publish(channel: ConfirmChannel, topic: string, one: Load): Promise<void> {
  const body = Buffer.from(JSON.stringify(one));
  return new Promise((resolve, reject) => {
    channel.publish(exchange, topic, body, { persistent: true, mandatory: true }, (error: unknown) => {
      if (error) reject(new Error('the broker refused a publish', { cause: error }));
      else resolve();
    });
  });
}

/** Acknowledges what `handle` has finished; a failure ends the process, and the broker delivers again. */
async function consume(channel: ConfirmChannel, queue: string, handle: (one: Load) => Promise<void> | void): Promise<void> {
  await channel.prefetch(inFlight);
  await channel.consume(queue, (message) => {
    if (!message) throw new Error(`the broker cancelled the consumer of ${queue}`);
    void Promise.resolve(handle(JSON.parse(message.content.toString()) as Load)).then(() => channel.ack(message));
  });
}
