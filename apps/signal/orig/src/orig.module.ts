import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { sourceMigrations } from '@warren/bus';
import { signal } from '@warren/contracts';
import { DatabaseModule } from '@warren/database';
import { WarrenModule } from '@warren/service';
import { origConfig } from './orig.config.js';
import { OrigSource } from './orig.source.js';

@Module({
  imports: [
    WarrenModule.forRoot({ name: 'signal-orig', contracts: [signal] }),
    DatabaseModule.forRoot({ schema: 'orig', migrations: sourceMigrations }),
    ConfigModule.forFeature(origConfig),
  ],
  providers: [OrigSource],
})
export class OrigModule {}
