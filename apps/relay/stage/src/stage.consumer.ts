import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { OnMessage, type Received } from '@warren/bus';
import { entrance, takenAfter } from '@warren/contracts';
import { HandledStore } from './handled.store.js';
import { stageConfig } from './stage.config.js';
import { waitOf } from './wait.js';

/** While the database is away: hours, not minutes. */
const policy = { attempts: 1_000, delays: [1_000, 5_000, 30_000] };

/**
 * Keeps each message for a while, then passes it on to the next stage with this one's name and time: ten at a time, each as long as its id says, so they overtake
 * each other.
 *
 * A message that comes again has to give the same child. Its wait follows from its id. When it was handled follows from nothing, and when it was published differs
 * between its copies: so both are stored when it is handled first, and any later time is dropped.
 */
@Injectable()
export class StageConsumer {
  constructor(
    private readonly handled: HandledStore,
    @Inject(stageConfig.KEY) private readonly config: ConfigType<typeof stageConfig>,
  ) {}

  @OnMessage(entrance, { queues: 'relay.*', concurrency: 10, policy })
  async pass({ id, at, payload }: Received<typeof entrance>) {
    const { stage, wait } = this.config;
    const waited = waitOf(id, wait);
    await delay(waited);
    const first = await this.handled.first({ message: id, published: new Date(at ?? Date.now()), at: new Date() });
    const now = first.at.toISOString();
    return takenAfter(stage)({
      ...payload,
      history: [...payload.history, stage],
      handled: { ...payload.handled, [stage]: now },
      waited: payload.waited + waited,
      createdAt: payload.createdAt ?? first.published.toISOString(),
      updatedAt: now,
    });
  }
}
