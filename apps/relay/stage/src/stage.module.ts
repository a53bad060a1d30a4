import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { relay } from '@warren/contracts';
import { DatabaseModule } from '@warren/database';
import { WarrenModule } from '@warren/service';
import { migrations } from './handled.migrations.js';
import { HandledStore } from './handled.store.js';
import { stageConfig, stageName } from './stage.config.js';
import { StageConsumer } from './stage.consumer.js';
import { StageService } from './stage.service.js';

/** One program for all stages: RELAY_STAGE says which of them a process is, and so its name on the roster, its queue and its schema. */
@Module({
  imports: [
    WarrenModule.forRoot({ name: `relay-${stageName}`, contracts: [relay] }),
    DatabaseModule.forRoot({ schema: `relay_${stageName}`, migrations }),
    ConfigModule.forFeature(stageConfig),
  ],
  providers: [StageConsumer, StageService, HandledStore],
})
export class StageModule {}
