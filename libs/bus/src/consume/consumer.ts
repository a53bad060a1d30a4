import { Logger } from '@nestjs/common';
import type { ConfirmChannel, ConsumeMessage } from 'amqplib';
import type { Connections } from '../connection/connections.js';
import type { KeptChannel } from '../connection/kept-channel.js';
import { Acknowledger } from './acknowledger.js';

/** What a consumer does with one message. Resolves when the message may be acknowledged; false: it belongs to the broker again. */
export type Take = (message: ConsumeMessage, alive: () => boolean) => Promise<boolean>;

/** How a queue is consumed. */
export interface Subscription {
  queue: string;
  concurrency: number;
  /** Resolves when queue, bindings and registration are there. */
  declared: () => Promise<void>;
  /** Told when what was declared may be gone. */
  lost: () => void;
  take: Take;
}

/** Attaches to a queue and detaches again: one channel, prefetch = concurrency, attached anew after every loss. */
export class Consumer {
  private readonly logger = new Logger('Consumer');
  private channel: KeptChannel | undefined;
  private tag: string | undefined;
  private acknowledger: Acknowledger | undefined;

  constructor(
    private readonly connections: Connections,
    private readonly subscription: Subscription,
  ) {}

  get queue(): string {
    return this.subscription.queue;
  }

  /** Resolves when messages can come. */
  async attach(): Promise<void> {
    this.channel ??= this.connections.keep('consume', (channel) => this.consume(channel));
    await this.channel.opened();
  }

  /** Takes no new message, finishes those in hand, acknowledges them, closes. */
  async detach(): Promise<void> {
    const { channel } = this;
    if (!channel) return;
    this.channel = undefined;
    if (this.tag !== undefined) await channel.current?.cancel(this.tag).catch(() => undefined); // the channel is gone: nothing comes any more
    await this.acknowledger?.drained();
    await channel.close();
  }

  private async consume(channel: ConfirmChannel): Promise<void> {
    const { queue, concurrency, declared } = this.subscription;
    await declared();
    const acknowledger = new Acknowledger(channel);
    this.acknowledger = acknowledger;
    await channel.prefetch(concurrency);
    const { consumerTag } = await channel.consume(queue, (message) => {
      if (message) void this.take(message, acknowledger, channel);
      else this.reopen(channel, 'the queue was deleted');
    });
    this.tag = consumerTag;
  }

  private async take(message: ConsumeMessage, acknowledger: Acknowledger, channel: ConfirmChannel): Promise<void> {
    acknowledger.took(message);
    try {
      const done = await this.subscription.take(message, () => acknowledger.alive);
      if (done) acknowledger.settle(message);
    } catch (error) {
      // Not even giving it up worked: the broker gets it back, and counts the delivery.
      this.reopen(channel, error instanceof Error ? error.message : String(error));
    }
  }

  /** A new channel declares everything again; what this one holds goes back to the queue. */
  private reopen(channel: ConfirmChannel, why: string): void {
    this.logger.warn(`Queue "${this.queue}": ${why}; attaching again.`);
    this.subscription.lost();
    channel.close().catch(() => undefined); // its close event opens the next one
  }
}
