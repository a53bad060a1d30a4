import 'reflect-metadata';
import { setTimeout as delay } from 'node:timers/promises';
import { Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Bus, BusModule, Publisher, PublishInterruptedError, PublishTimeoutError, UnroutableError, type PublishedMessage } from '@warren/bus';
import { deployments } from '@warren/contracts';
import { newId, type PayloadOf } from '@warren/protocol';
import { noTarget } from '../failure.js';
import { away, refusalOf, unconfirmed } from './broker.reasons.js';

/** Milliseconds between two tries, and for a clean end when all is said. */
const pause = 100;
const farewell = 500;

@Module({})
class ReleaseModule {
  /** No instance of a service: nobody waits for its beats, and it says nothing of itself. */
  static on(url: string) {
    const identity = { service: 'deployments-publisher', instance: `deployments-publisher-${process.pid}`, version: '0.1.0' };
    return { module: ReleaseModule, imports: [BusModule.forRoot({ ...identity, contracts: [deployments], journal: false, standalone: true, url })] };
  }
}

/**
 * Publishes the release to the broker itself; resolves when it is confirmed. What is interrupted is repeated with the same id.
 * @param timeout milliseconds in all
 * @throws Failure, and what the bus throws for what no repeating mends
 */
export async function throughBroker(url: string, release: PayloadOf<typeof deployments.released>, timeout: number): Promise<PublishedMessage> {
  const started = Date.now();
  const app = await NestFactory.createApplicationContext(ReleaseModule.on(url), { logger: false, abortOnError: false });
  const attempts = new Attempts(app, { url, release, timeout });
  try {
    return await Promise.race([attempts.untilConfirmed(), attempts.giveUpAfter(started + timeout - Date.now())]);
  } finally {
    await Promise.race([app.close(), delay(farewell)]);
  }
}

interface Task {
  readonly url: string;
  readonly release: PayloadOf<typeof deployments.released>;
  readonly timeout: number;
}

/** They go on until the process ends, which is when one of the two has an outcome. */
class Attempts {
  private readonly id = newId();
  /** From here on the broker may have the message. */
  private begun = false;
  private readonly bus: Bus;

  constructor(
    private readonly app: INestApplicationContext,
    private readonly task: Task,
  ) {
    this.bus = app.get(Bus);
  }

  async untilConfirmed(): Promise<PublishedMessage> {
    for (;;) {
      const published = this.bus.connected && (await this.once());
      if (published) return published;
      // What it says while it starts again is not its last word.
      const refusal = this.begun ? undefined : refusalOf(this.task.url, this.bus.connectFailure?.message);
      if (refusal) throw refusal;
      await delay(pause);
    }
  }

  async giveUpAfter(milliseconds: number): Promise<never> {
    await delay(Math.max(0, milliseconds));
    const { url, timeout } = this.task;
    throw this.begun ? unconfirmed(url, this.id, timeout) : away(url, this.bus.connectFailure?.message, timeout);
  }

  private async once(): Promise<PublishedMessage | undefined> {
    this.begun = true;
    try {
      return await this.app.get(Publisher).publish(deployments.released(this.task.release), this.id);
    } catch (error) {
      if (error instanceof UnroutableError) throw noTarget();
      if (error instanceof PublishInterruptedError || error instanceof PublishTimeoutError) return undefined;
      throw error;
    }
  }
}
