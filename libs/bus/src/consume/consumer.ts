import { Logger } from '@nestjs/common';
import type { ConfirmChannel, ConsumeMessage } from 'amqplib';
import { closeChannel } from '../connection/close-channel.js';
import type { Connections } from '../connection/connections.js';
import type { KeptChannel } from '../connection/kept-channel.js';
import type { Declarations } from '../topology/declarations.js';
import { Acknowledger } from './acknowledger.js';

/** What a consumer does with one message. Resolves when the message may be acknowledged; false: it belongs to the broker again. */
export type Take = (message: ConsumeMessage, alive: () => boolean) => Promise<boolean>;

/** How a queue is consumed. */
export interface Subscription {
  queue: string;
  /** Read whenever it is subscribed. */
  readonly concurrency: number;
  take: Take;
}

/** Attaches to a queue and detaches again. */
export class Consumer {
  private attachment: Attachment | undefined;
  /** Of the last detach; done when there was none. */
  private ending = Promise.resolve();

  constructor(
    private readonly connections: Connections,
    private readonly declarations: Declarations,
    private readonly subscription: Subscription,
  ) {}

  /** Resolves when messages can come. @throws when it is detached meanwhile. */
  async attach(): Promise<void> {
    this.attachment ??= new Attachment(this.connections, this.declarations, this.subscription);
    await this.attachment.opened();
  }

  get attached(): boolean {
    return this.attachment !== undefined;
  }

  /** As many messages as waited when it was attached have come, and nothing is in hand. */
  get through(): boolean {
    return this.attachment?.through() ?? false;
  }

  /** Takes no new message, finishes those in hand, acknowledges them, closes. */
  detach(): Promise<void> {
    if (this.attachment) this.ending = this.attachment.end();
    this.attachment = undefined;
    return this.ending;
  }
}

/** One channel with prefetch = concurrency, subscribed anew after every loss. */
class Attachment {
  private readonly logger = new Logger('Consumer');
  private readonly channel: KeptChannel;
  private tag = '';
  private acknowledger: Acknowledger | undefined;
  /** Messages that waited when it was subscribed, and that have come since. */
  private found = 0;
  private taken = 0;

  constructor(
    connections: Connections,
    private readonly declarations: Declarations,
    private readonly subscription: Subscription,
  ) {
    this.channel = connections.keep('consume', (channel) => this.consume(channel));
  }

  async opened(): Promise<void> {
    await this.channel.opened();
  }

  through(): boolean {
    return this.taken >= this.found && this.acknowledger?.empty === true;
  }

  async end(): Promise<void> {
    await this.channel.settled(); // what is half subscribed would take messages still
    await this.channel.current?.cancel(this.tag).catch(() => undefined); // the channel is gone: nothing comes any more
    await this.acknowledger?.drained();
    await this.channel.close();
  }

  private async consume(channel: ConfirmChannel): Promise<void> {
    const { queue, concurrency } = this.subscription;
    await this.declarations.declared();
    const acknowledger = new Acknowledger(channel);
    this.acknowledger = acknowledger;
    await channel.prefetch(concurrency);
    this.found = (await channel.checkQueue(queue)).messageCount;
    this.taken = 0;
    const { consumerTag } = await channel.consume(queue, (message) => {
      if (message) void this.take(message, acknowledger, channel);
      else this.reopen(channel, 'the queue was deleted');
    });
    this.tag = consumerTag;
  }

  private async take(message: ConsumeMessage, acknowledger: Acknowledger, channel: ConfirmChannel): Promise<void> {
    acknowledger.took(message);
    this.taken += 1;
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
    this.logger.warn(`Queue "${this.subscription.queue}": ${why}; attaching again.`);
    this.declarations.forget();
    void closeChannel(channel); // its close event opens the next one
  }
}
