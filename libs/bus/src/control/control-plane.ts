import { Injectable, Logger } from '@nestjs/common';
import { newId } from '@warren/protocol';
import type { Channel, ConsumeMessage } from 'amqplib';
import { closeChannel } from '../connection/close-channel.js';
import { Connections } from '../connection/connections.js';
import { deliveryOf } from '../consume/batch-consumer.js';
import type { Delivery } from '../consume/on-batch.decorator.js';
import { Outbound } from '../publish/outbound.js';

export interface ControlQueue {
  queue: string;
  /** Exclusive to this connection and gone with it, so that a message to a process that died is returned; else a durable quorum queue. */
  exclusive?: boolean;
  /** Milliseconds after which a message in a durable queue is of no use any more. */
  ttl?: number;
  bindings?: readonly { exchange: string; kind: 'fanout' | 'direct'; key: string }[];
}

export interface ControlMessage {
  /** '' is the default exchange: `key` is then a queue's name. */
  exchange: string;
  key: string;
  type: string;
  body: object;
}

const prefetch = 50;
const logger = new Logger('ControlPlane');

/** Small JSON messages between gateways and instances, beside the flows: never journalled, acknowledged when their handler is done. */
@Injectable()
export class ControlPlane {
  constructor(
    private readonly connections: Connections,
    private readonly outbound: Outbound,
  ) {}

  /** Consumes a control queue, now and after every reconnect. Resolves when it is declared and consumed for the first time. */
  async listen(queue: ControlQueue, handler: (delivery: Delivery) => Promise<void>): Promise<void> {
    const channel = this.connections.keep('consume', async (channel) => {
      await declare(channel, queue);
      await channel.prefetch(prefetch);
      await channel.consume(queue.queue, (message) => {
        if (message) void answer(channel, message, handler);
        else void closeChannel(channel); // the queue was deleted: a new channel declares it again
      });
    });
    await channel.opened();
  }

  /** Sends one, confirmed. @throws UnroutableError when no queue takes it and it is mandatory (the default); else as Outbound.send */
  async send({ exchange, key, type, body }: ControlMessage, { mandatory = true }: { mandatory?: boolean } = {}): Promise<void> {
    const properties = { messageId: newId(), type, contentType: 'application/json' };
    await this.outbound.send({ exchange, key, body: Buffer.from(JSON.stringify(body)), properties, mandatory });
  }

  /** Declares a fanout exchange that this process sends to. @throws when not connected. */
  async declareFanout(exchange: string): Promise<void> {
    await this.connections.onScratch((channel) => channel.assertExchange(exchange, 'fanout', { durable: true }));
  }
}

async function declare(channel: Channel, { queue, exclusive = false, ttl, bindings = [] }: ControlQueue): Promise<void> {
  const durable = { durable: true, arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': 20, ...(ttl ? { 'x-message-ttl': ttl } : {}) } };
  await channel.assertQueue(queue, exclusive ? { exclusive: true, durable: false, autoDelete: true } : durable);
  for (const { exchange, kind, key } of bindings) {
    await channel.assertExchange(exchange, kind, { durable: true });
    await channel.bindQueue(queue, exchange, key);
  }
}

/** A control message says nothing that the next one does not say again: one that fails is logged and gone. */
async function answer(channel: Channel, message: ConsumeMessage, handler: (delivery: Delivery) => Promise<void>): Promise<void> {
  try {
    await handler(deliveryOf(message));
  } catch (error) {
    logger.warn(`${message.fields.routingKey}: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    try {
      channel.ack(message);
    } catch {
      // The channel is closed: the broker has dropped the message or gives it to the next reader.
    }
  }
}
