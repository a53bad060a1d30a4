import { names } from '@warren/protocol';
import { onTeardown, waitFor, type TestBroker } from '@warren/testing';
import { connect, type ConfirmChannel, type ConsumeMessage } from 'amqplib';

/** A plain AMQP client beside Warren: what it sees is on the wire. It takes all that comes to the journal and the dead queue. */
export interface Probe {
  channel: ConfirmChannel;
  /** The next message of journal or dead queue that has this routing key, waiting for it. */
  next(queue: string, key?: string): Promise<ConsumeMessage>;
  /** The body of the next control record of a type in the journal. */
  record<T>(type: string): Promise<T>;
  publish(exchange: string, key: string, body: unknown, properties?: object): Promise<void>;
  /** Forgets what came so far. */
  clear(): void;
}

export async function probe(broker: TestBroker): Promise<Probe> {
  await waitFor(() => Promise.all([names.journal, names.dead].map((queue) => broker.queue(queue))), { what: 'the declarations of the bus, which come after its connection' });
  const connection = await connect(broker.url);
  connection.on('error', () => undefined); // some tests cut it
  onTeardown(() => connection.close().catch(() => undefined));
  const channel = await connection.createConfirmChannel();
  const taken: { queue: string; message: ConsumeMessage }[] = [];
  for (const queue of [names.journal, names.dead]) {
    await channel.consume(queue, (message) => message && taken.push({ queue, message }), { noAck: true });
  }
  const next = (queue: string, key?: string) =>
    waitFor(
      () => {
        const index = taken.findIndex((one) => one.queue === queue && (key === undefined || one.message.fields.routingKey === key));
        return index >= 0 && taken.splice(index, 1)[0]?.message;
      },
      { what: `${key ?? 'a message'} in ${queue}`, timeout: 4_000 },
    );
  return {
    channel,
    next,
    record: async <T>(type: string) => JSON.parse((await next(names.journal, type)).content.toString()) as T,
    publish: async (exchange, key, body, properties = {}) => {
      channel.publish(exchange, key, Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body)), { persistent: true, ...properties });
      await channel.waitForConfirms();
    },
    clear: () => void taken.splice(0),
  };
}
