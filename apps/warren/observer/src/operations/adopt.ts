import { Injectable } from '@nestjs/common';
import { QueueReader, type Delivery } from '@warren/bus';
import { sql } from '@warren/database';
import { failpoint } from '@warren/service';
import { Intake } from '../dead-letters/intake.js';
import { type OperationRow } from './operations.store.js';

/** Bodies of messages have megabytes. */
const largest = 100;

/** Takes in the messages of a queue that Warren does not consume; each is acknowledged after it was stored. */
@Injectable()
export class Adopt {
  constructor(
    private readonly reader: QueueReader,
    private readonly intake: Intake,
  ) {}

  /** @returns how many messages it took: none when the queue is empty. @throws QueueGoneError, QueueInUseError */
  async chunk(operation: OperationRow, most: number): Promise<number> {
    const { queue } = operation;
    const read = new AbortController();
    let took = 0;
    const take = async (deliveries: Delivery[]) => {
      took = deliveries.length;
      failpoint('adopt.taken');
      await this.store(operation, deliveries);
      failpoint('adopt.stored');
      read.abort();
    };
    await this.reader.read(queue, Math.min(most, largest), take, read.signal);
    failpoint('adopt.acknowledged');
    if (took > 0) await this.intake.settle({ queue });
    return took;
  }

  private async store({ id, queue, origin }: OperationRow, deliveries: readonly Delivery[]): Promise<void> {
    await this.intake.takeIn(deliveries, { queue, origin: origin ?? undefined }, async (tx, { length }) => {
      await sql`
        update operations set done = done + ${length}, adopted = adopted + ${length}, total = greatest(total, done + ${length}) where id = ${id}
      `.execute(tx);
    });
  }
}
