import { Injectable } from '@nestjs/common';
import { Connections } from '../connection/connections.js';
import type { Delivery } from './on-batch.decorator.js';

/** Reads a queue that Warren has not declared, until it is empty. */
@Injectable()
export class QueueReader {
  constructor(private readonly connections: Connections) {}

  /** How many messages wait in it, without those that a consumer has in hand. @throws QueueGoneError, QueueInUseError */
  async count(queue: string): Promise<number> {
    return this.connections.onScratch(async (channel) => (await channel.checkQueue(queue)).messageCount);
  }

  /**
   * Gives the messages to `take`, so many at a time, in order, and acknowledges a batch when `take` has resolved. Resolves when the queue is empty
   * or, after the batch in hand, when `signal` is aborted.
   * @throws QueueGoneError, QueueInUseError, PublishInterruptedError when the connection is lost; what `take` throws: nothing of that batch is acknowledged
   */
  read(queue: string, size: number, take: (deliveries: Delivery[]) => Promise<void>, signal: AbortSignal): Promise<void> {
    return Promise.reject(new Error(`not yet: ${queue} ${size} ${typeof take} ${signal.aborted}`));
  }
}
