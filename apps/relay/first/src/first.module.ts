import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { sourceMigrations } from '@warren/bus';
import { relay } from '@warren/contracts';
import { DatabaseModule } from '@warren/database';
import { WarrenModule } from '@warren/service';
import { migrations } from './ended.migrations.js';
import { Ended } from './ended.service.js';
import { EndedStore } from './ended.store.js';
import { firstConfig } from './first.config.js';
import { FirstConsumer } from './first.consumer.js';
import { FirstSource } from './first.source.js';

@Module({
  imports: [
    WarrenModule.forRoot({ name: 'relay-first', contracts: [relay] }),
    DatabaseModule.forRoot({ schema: 'relay_first', migrations: { ...sourceMigrations, ...migrations } }),
    ConfigModule.forFeature(firstConfig),
  ],
  providers: [FirstSource, FirstConsumer, Ended, EndedStore],
})
export class FirstModule {}
