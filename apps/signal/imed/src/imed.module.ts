import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { signal } from '@warren/contracts';
import { WarrenModule } from '@warren/service';
import { imedConfig } from './imed.config.js';
import { ImedConsumer } from './imed.consumer.js';

@Module({
  imports: [WarrenModule.forRoot({ name: 'signal-imed', contracts: [signal] }), ConfigModule.forFeature(imedConfig)],
  providers: [ImedConsumer],
})
export class ImedModule {}
