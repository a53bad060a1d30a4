import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { WarrenModule } from '@warren/service';
import { fragile } from './contracts.js';
import { fragileConfig } from './fragile.config.js';
import { FragileConsumer } from './fragile.consumer.js';

@Module({
  imports: [WarrenModule.forRoot({ name: 'fragile', contracts: [fragile] }), ConfigModule.forFeature(fragileConfig)],
  providers: [FragileConsumer],
})
export class FragileModule {}
