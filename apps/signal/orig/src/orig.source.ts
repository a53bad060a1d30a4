import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { Source, type Tick } from '@warren/bus';
import { signal } from '@warren/contracts';
import { origConfig } from './orig.config.js';

/** Starts the signal flow: MSG_1, MSG_2, … in each run. */
@Injectable()
export class OrigSource {
  constructor(@Inject(origConfig.KEY) readonly config: ConfigType<typeof origConfig>) {}

  @Source(signal.original, { name: 'signal.orig', every: (self: OrigSource) => self.config.interval })
  next({ n }: Tick) {
    return { text: `MSG_${n}` };
  }
}
