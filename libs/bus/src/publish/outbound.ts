import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { ConfirmChannel, Message, Options } from 'amqplib';
import { BufferFullError, PublishInterruptedError, PublishTimeoutError, UnroutableError } from '../bus.errors.js';
import { Connections } from '../connection/connections.js';
import type { KeptChannel } from '../connection/kept-channel.js';
import { declareFlow } from '../topology/topology.js';

/** A message on its way to the broker. */
export interface Outgoing {
  exchange: string;
  key: string;
  body: Buffer;
  properties: Options.Publish & { messageId: string };
  /** Default true: what nobody takes is an error. */
  mandatory?: boolean;
}

/** How many messages may wait for their confirm, and for how long each, in milliseconds. */
export const limits = { waiting: 10_000, deadline: 10_000 };

/** Publishes with confirms on the process's one publishing channel. What Warren sends leaves by here. */
@Injectable()
export class Outbound implements OnModuleInit {
  private channel!: KeptChannel;
  private waiting = 0;
  private readonly returned = new Set<string>();
  /** The flow exchanges that this process has declared on the present connection. */
  private declared = new Map<string, Promise<unknown>>();

  constructor(private readonly connections: Connections) {}

  onModuleInit(): void {
    this.channel = this.connections.keep('publish', (channel) => {
      this.declared = new Map();
      this.returned.clear();
      channel.on('return', (message: Message) => this.returned.add(String(message.properties.messageId)));
      return Promise.resolve();
    });
  }

  /**
   * Publishes persistently and resolves when the broker has confirmed.
   * @throws UnroutableError, PublishTimeoutError, PublishInterruptedError, BufferFullError
   */
  async send(message: Outgoing): Promise<void> {
    if (this.waiting >= limits.waiting) throw new BufferFullError(limits.waiting);
    this.waiting += 1;
    try {
      await this.confirmed(this.channel.current ?? (await this.openedInTime()), message);
    } finally {
      this.waiting -= 1;
    }
  }

  /** As send(), for a flow's exchange: declares it first, as publishing to one that is missing closes the channel. */
  async sendToFlow(message: Outgoing): Promise<void> {
    let declared = this.declared.get(message.exchange);
    if (!declared) {
      declared = this.connections.onScratch('publish', (channel) => declareFlow(channel, message.exchange));
      this.declared.set(message.exchange, declared);
      declared.catch(() => this.declared.delete(message.exchange));
    }
    await declared;
    await this.send(message);
  }

  close(): Promise<void> {
    return this.channel.close();
  }

  private openedInTime(): Promise<ConfirmChannel> {
    return inTime(this.channel.opened());
  }

  private confirmed(channel: ConfirmChannel, { exchange, key, body, properties, mandatory = true }: Outgoing): Promise<void> {
    return inTime(
      new Promise((resolve, reject) => {
        const settle = (error: unknown) => {
          // The broker returns a message before it confirms it.
          const isReturned = this.returned.delete(properties.messageId);
          if (error) reject(new PublishInterruptedError(error));
          else if (isReturned) reject(new UnroutableError(exchange, key));
          else resolve();
        };
        try {
          channel.publish(exchange, key, body, { ...properties, persistent: true, mandatory }, settle);
        } catch (error) {
          reject(new PublishInterruptedError(error)); // amqplib throws at once on a channel that is closing
        }
      }),
    );
  }
}

/** The promise's outcome, or a PublishTimeoutError at the deadline. */
function inTime<T>(work: Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => reject(new PublishTimeoutError(limits.deadline)), limits.deadline);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
