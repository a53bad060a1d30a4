import { setTimeout as delay } from 'node:timers/promises';
import type { Channel, ConsumeMessage } from 'amqplib';
import { QueueGoneError, QueueInUseError } from '../bus.errors.js';
import { deliveryOf } from './batch-consumer.js';
import type { Delivery } from './on-batch.decorator.js';

const pause = 20;
/** Milliseconds after which messages that wait and do not come are held to be another reader's. */
const patience = 5_000;

/** One pass over a queue on a channel of its own, which its owner closes: what is not acknowledged goes back then. */
export class Reading {
  private readonly here: ConsumeMessage[] = [];
  private deleted = false;

  constructor(
    private readonly channel: Channel,
    private readonly queue: string,
    private readonly size: number,
    private readonly take: (deliveries: Delivery[]) => Promise<void>,
  ) {}

  /** Resolves when nothing waits any more, or when it is aborted; the broker has all acknowledgements then. */
  async run(signal: AbortSignal): Promise<void> {
    await this.channel.prefetch(this.size);
    while (!signal.aborted) {
      const batch = await this.gather();
      const last = batch.at(-1);
      if (!last) return;
      await this.take(batch.map(deliveryOf));
      this.channel.ack(last, true);
      await this.channel.checkQueue(this.queue); // a round trip behind the acknowledgement
    }
  }

  /**
   * As many as there are, or as it may have in hand. It stops consuming before they are taken: what else came after them would go back to the queue as
   * delivered once, and nobody could tell it from one of these that was taken and not acknowledged.
   */
  private async gather(): Promise<ConsumeMessage[]> {
    const { consumerTag } = await this.channel.consume(this.queue, (message) => (message ? this.here.push(message) : (this.deleted = true)));
    for (let until = Date.now() + patience; this.here.length < this.size; ) {
      const waiting = await this.waiting();
      if (waiting === 0 || this.here.length > 0) break;
      if (Date.now() > until) throw new QueueInUseError(this.queue, 'another one is its single active consumer.');
      await delay(pause);
    }
    await this.channel.cancel(consumerTag);
    return this.here.splice(0);
  }

  /** How many wait in the queue; what was on its way to here by then has come. */
  private async waiting(): Promise<number> {
    const { messageCount } = await this.channel.checkQueue(this.queue);
    await this.channel.checkQueue(this.queue); // a round trip behind the deliveries
    if (this.deleted) throw new QueueGoneError(this.queue);
    return messageCount;
  }
}
