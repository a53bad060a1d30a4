import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { ConfirmChannel, Message, Options } from 'amqplib';
import { PermanentError, PublishInterruptedError, PublishTimeoutError, UnroutableError } from '../bus.errors.js';
import { closeChannel } from '../connection/close-channel.js';
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

/** How long a message may wait for its confirm, in milliseconds. */
export const limits = { deadline: 10_000 };

/** Publishes with confirms on the process's one publishing channel. What Warren sends leaves by here. */
@Injectable()
export class Outbound implements OnModuleInit {
  private channel!: KeptChannel;
  /** How often the broker has returned a message that is not confirmed yet: one may be under way twice, and one id to two places. */
  private readonly returned = new Map<string, number>();
  /** Of what waits for its confirm. amqplib forgets those behind one that was confirmed out of turn when the channel ends. */
  private readonly open = new Set<(error: unknown) => void>();
  private readonly refused: (() => void)[] = [];
  /** The flow exchanges that this process has declared on the present connection. */
  private declared = new Map<string, Promise<unknown>>();

  constructor(private readonly connections: Connections) {}

  onModuleInit(): void {
    this.channel = this.connections.keep('publish', (channel) => {
      this.declared = new Map();
      this.returned.clear();
      channel.on('return', ({ fields, properties }: Message) => this.count(keyOf(fields.exchange, fields.routingKey, properties.messageId), 1));
      channel.on('close', () => this.open.forEach((settle) => settle('the channel was closed')));
      channel.on('error', () => this.refused.forEach((listener) => listener()));
      return Promise.resolve();
    });
  }

  /** Calls back when the broker has closed the channel: mostly because somebody deleted an exchange. */
  onRefused(listener: () => void): void {
    this.refused.push(listener);
  }

  /**
   * Publishes persistently and resolves when the broker has confirmed.
   * @throws UnroutableError, PublishTimeoutError, PublishInterruptedError, PermanentError when AMQP cannot carry it
   */
  async send(message: Outgoing): Promise<void> {
    await this.confirmed(this.channel.current ?? (await inTime(this.channel.opened())), message);
  }

  /** As send(), for a flow's exchange: declares it first, as publishing to one that is missing closes the channel. */
  async sendToFlow(message: Outgoing): Promise<void> {
    let declared = this.declared.get(message.exchange);
    if (!declared) {
      declared = this.connections.there().then(() => this.connections.onScratch((channel) => declareFlow(channel, message.exchange)));
      this.declared.set(message.exchange, declared);
      declared.catch(() => this.declared.delete(message.exchange));
    }
    await inTime(declared);
    await this.send(message);
  }

  private confirmed(channel: ConfirmChannel, { exchange, key, body, properties, mandatory = true }: Outgoing): Promise<void> {
    return inTime(
      new Promise((resolve, reject) => {
        const settle = (error: unknown) => {
          this.open.delete(settle);
          // The broker returns a message before it confirms it.
          const isReturned = this.returned.size > 0 && this.takeReturn(keyOf(exchange, key, properties.messageId));
          if (error) reject(new PublishInterruptedError(error));
          else if (isReturned) reject(new UnroutableError(exchange, key));
          else resolve();
        };
        this.open.add(settle);
        try {
          channel.publish(exchange, key, body, { ...properties, persistent: true, mandatory }, settle);
        } catch (error) {
          this.open.delete(settle);
          const closing = error instanceof Error && error.name === 'IllegalOperationError';
          // amqplib counts it as published all the same, and would take each later confirm for another message's: a new channel counts anew.
          if (!closing) void closeChannel(channel);
          reject(closing ? new PublishInterruptedError(error) : new PermanentError(`The message cannot be written: ${String(error)}`));
        }
      }),
    );
  }

  private takeReturn(key: string): boolean {
    const returned = this.returned.has(key);
    if (returned) this.count(key, -1);
    return returned;
  }

  private count(key: string, change: number): void {
    const times = (this.returned.get(key) ?? 0) + change;
    if (times > 0) this.returned.set(key, times);
    else this.returned.delete(key);
  }
}

const keyOf = (exchange: string, key: string, id: unknown): string => `${exchange} ${key} ${String(id)}`;

/** The promise's outcome, or a PublishTimeoutError at the deadline. */
function inTime<T>(work: Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => reject(new PublishTimeoutError(limits.deadline)), limits.deadline);
    const settled = <V>(settle: (value: V) => void) => (value: V) => {
      clearTimeout(timer);
      settle(value);
    };
    work.then(settled(resolve), settled(reject));
  });
}
