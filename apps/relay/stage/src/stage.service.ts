import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { Consumers } from '@warren/bus';
import { takenBy } from '@warren/contracts';
import { stageConfig } from './stage.config.js';

/** Attaches the program's one method to the queue of the stage that it is. */
@Injectable()
export class StageService implements OnModuleInit {
  constructor(
    private readonly consumers: Consumers,
    @Inject(stageConfig.KEY) private readonly config: ConfigType<typeof stageConfig>,
  ) {}

  onModuleInit(): void {
    const { stage } = this.config;
    this.consumers.add({ queue: `relay.${stage}`, contract: takenBy(stage) });
  }
}
