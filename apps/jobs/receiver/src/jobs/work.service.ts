import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { receiverConfig } from '../receiver.config.js';

/** Stands for work: it takes a while, and fails now and then. */
@Injectable()
export class Work {
  constructor(@Inject(receiverConfig.KEY) private readonly config: ConfigType<typeof receiverConfig>) {}

  /** @throws Error, in as many cases as the settings say. */
  async do(): Promise<void> {
    const { work, fails } = this.config;
    await delay(Math.random() * work);
    if (Math.random() < fails) throw new Error('The work failed, as it does now and then.');
  }
}
