import { Injectable } from '@nestjs/common';
import type { Channel } from 'amqplib';
import { QueueGoneError, QueueInUseError } from '../bus.errors.js';
import { Connections } from '../connection/connections.js';
import type { Delivery } from './on-batch.decorator.js';
import { Reading } from './reading.js';

const codes = { refused: 403, missing: 404, locked: 405 };

/** Reads a queue that Warren has not declared, until it is empty. */
@Injectable()
export class QueueReader {
  constructor(private readonly connections: Connections) {}

  /** How many messages wait in it, without those that a consumer has in hand. @throws QueueGoneError, QueueInUseError, PublishInterruptedError */
  count(queue: string): Promise<number> {
    return this.on(queue, async (channel) => (await channel.checkQueue(queue)).messageCount);
  }

  /**
   * Gives the messages to `take`, so many at a time, in order, and acknowledges a batch when `take` has resolved. Resolves when the queue is empty
   * or, after the batch in hand, when `signal` is aborted.
   * @throws QueueGoneError, QueueInUseError, PublishInterruptedError when the connection is lost; what `take` throws: nothing of that batch is acknowledged
   */
  async read(queue: string, size: number, take: (deliveries: Delivery[]) => Promise<void>, signal: AbortSignal): Promise<void> {
    let failed: { error: unknown } | undefined;
    const taken = (deliveries: Delivery[]) =>
      take(deliveries).catch((error: unknown) => {
        failed = { error }; // as it is, not as a failure of the channel
        throw error;
      });
    do {
      await this.on(queue, (channel) => new Reading(channel, queue, size, taken).run(signal)).catch((error: unknown) => {
        throw failed ? failed.error : error;
      });
    } while (!signal.aborted && (await this.count(queue)) > 0); // counted again with nothing in hand
  }

  private async on<T>(queue: string, work: (channel: Channel) => Promise<T>): Promise<T> {
    try {
      return await this.connections.onScratch(work);
    } catch (error) {
      throw explained(error, queue);
    }
  }
}

function explained(error: unknown, queue: string): unknown {
  const { code, message, cause } = error as { code?: unknown; message?: string; cause?: unknown };
  if (cause instanceof QueueGoneError || cause instanceof QueueInUseError) return cause;
  if (code === codes.missing) return new QueueGoneError(queue);
  return code === codes.refused || code === codes.locked ? new QueueInUseError(queue, `the broker says ${message ?? code}`) : error;
}
