import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { ConsumeMessage } from 'amqplib';
import { shortCause } from './cause.js';
import type { BatchOptions, Delivery, Refused, TakeBatch } from './on-batch.decorator.js';

const pause = 500;

interface Waiting {
  message: ConsumeMessage;
  alive: () => boolean;
  done: (taken: boolean) => void;
}

/** Gathers a queue's deliveries and gives them to one method, a batch at a time, in order, until it has taken them. */
export class Batches {
  private readonly logger = new Logger('Batch');
  private waiting: Waiting[] = [];
  private busy = false;

  constructor(
    private readonly options: BatchOptions,
    private readonly method: TakeBatch,
    private readonly giveUp: GiveUp,
  ) {}

  take(message: ConsumeMessage, alive: () => boolean): Promise<boolean> {
    return new Promise((done) => {
      this.waiting.push({ message, alive, done });
      if (!this.busy) void this.work();
    });
  }

  private async work(): Promise<void> {
    this.busy = true;
    await new Promise((resolve) => setImmediate(resolve)); // what else has arrived in this turn
    while (this.waiting.length > 0) await this.give(this.waiting.splice(0, this.options.size));
    this.busy = false;
  }

  /** Gives a batch until it is taken; what lost its channel meanwhile is the broker's again and drops out. */
  private async give(batch: readonly Waiting[]): Promise<void> {
    for (let live = stillOurs(batch); live.length > 0; live = stillOurs(live)) {
      try {
        const deliveries = live.map(({ message }) => deliveryOf(message));
        for (const { delivery, cause } of (await this.method(deliveries)) ?? []) await this.refuse(live[deliveries.indexOf(delivery)], cause);
        for (const { done } of live) done(true);
        return;
      } catch (error) {
        this.logger.warn(`${this.options.queue}: ${error instanceof Error ? error.message : String(error)}`);
        await delay(pause);
      }
    }
  }

  private async refuse(one: Waiting | undefined, cause: Refused['cause']): Promise<void> {
    if (one) await this.giveUp(one.message, shortCause(cause), one.alive);
  }
}

/** Makes a message a dead letter; resolves when the broker has it, or has the message itself again. */
export type GiveUp = (message: ConsumeMessage, cause: Refused['cause'], alive: () => boolean) => Promise<unknown>;

/** Tells those that lost their channel. */
function stillOurs(batch: readonly Waiting[]): readonly Waiting[] {
  for (const { done } of batch.filter(({ alive }) => !alive())) done(false);
  return batch.filter(({ alive }) => alive());
}

export function deliveryOf({ fields, properties, content }: ConsumeMessage): Delivery {
  return { exchange: fields.exchange, routingKey: fields.routingKey, redelivered: fields.redelivered, properties, body: content };
}
