import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { OnMessage, type Received } from '@warren/bus';
import { signal } from '@warren/contracts';
import { imedConfig } from './imed.config.js';

/** Answers each original with an intermediate, after a while. */
@Injectable()
export class ImedConsumer {
  constructor(@Inject(imedConfig.KEY) private readonly config: ConfigType<typeof imedConfig>) {}

  @OnMessage(signal.original, { queue: 'signal.imed', concurrency: 10 })
  async acknowledge({ payload }: Received<typeof signal.original>) {
    await delay(this.config.delay);
    return signal.intermediate({ text: `Got ${payload.text}` });
  }
}
