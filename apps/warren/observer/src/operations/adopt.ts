import { Injectable } from '@nestjs/common';
import { QueueReader } from '@warren/bus';
import { sql } from '@warren/database';
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
  async chunk({ id, queue, origin }: OperationRow, most: number): Promise<number> {
    const read = new AbortController();
    let took = 0;
    const size = Math.min(most, largest);
    await this.reader.read(
      queue,
      size,
      async (deliveries) => {
        took = deliveries.length;
        await this.intake.takeIn(deliveries, { queue, origin: origin ?? undefined }, async (tx, { length }) => {
          await sql`
            update operations set done = done + ${length}, adopted = adopted + ${length}, total = greatest(total, done + ${length}) where id = ${id}
          `.execute(tx);
        });
        read.abort();
      },
      read.signal,
    );
    if (took > 0) await this.intake.settle({ queue }); // its channel was closed after the acknowledgements
    return took;
  }
}
