import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { sourceMigrations } from '@warren/bus';
import { relay } from '@warren/contracts';
import { DatabaseModule } from '@warren/database';
import { WarrenModule } from '@warren/service';
import { firstConfig } from './first.config.js';
import { FirstConsumer } from './first.consumer.js';
import { FirstSource } from './first.source.js';

@Module({
  imports: [
    WarrenModule.forRoot({ name: 'relay-first', contracts: [relay] }),
    DatabaseModule.forRoot({ schema: 'relay_first', migrations: sourceMigrations }),
    ConfigModule.forFeature(firstConfig),
  ],
  providers: [FirstSource, FirstConsumer],
})
export class FirstModule {}
