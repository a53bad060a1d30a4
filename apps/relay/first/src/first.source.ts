import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { Source, type Tick } from '@warren/bus';
import { entrance } from '@warren/contracts';
import { Ended } from './ended.service.js';
import { firstConfig } from './first.config.js';

/** Starts the relay by itself: seq-1, seq-2, … up to a count in each run, each a journey of its own whose end it is told. */
@Injectable()
export class FirstSource {
  constructor(
    @Inject(firstConfig.KEY) readonly config: ConfigType<typeof firstConfig>,
    readonly ended: Ended,
  ) {}

  @Source(entrance, {
    name: 'relay.first',
    every: (self: FirstSource) => self.config.interval,
    most: (self: FirstSource) => self.config.count,
    onComplete: (self: FirstSource, end) => self.ended.note(end),
    onDead: (self: FirstSource, end) => self.ended.note(end),
  })
  next({ n }: Tick) {
    return { text: `seq-${n}` };
  }
}
