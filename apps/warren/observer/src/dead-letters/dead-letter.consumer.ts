import { Injectable } from '@nestjs/common';
import { OnBatch, type Delivery } from '@warren/bus';
import { names } from '@warren/protocol';
import { Intake } from './intake.js';

/** Stores what consumers gave up. While the database is away it stays in the broker. */
@Injectable()
export class DeadLetterConsumer {
  constructor(private readonly intake: Intake) {}

  @OnBatch({ queue: names.dead, size: 20, detach: 'last' })
  async take(deliveries: Delivery[]): Promise<void> {
    await this.intake.takeIn(deliveries, { queue: names.dead });
  }
}
