import { Module } from '@nestjs/common';
import { relay } from '@warren/contracts';
import { DatabaseModule } from '@warren/database';
import { WarrenModule } from '@warren/service';
import { migrations } from './finished.migrations.js';
import { FinishedStore } from './finished.store.js';
import { LastConsumer } from './last.consumer.js';

@Module({
  imports: [WarrenModule.forRoot({ name: 'relay-last', contracts: [relay] }), DatabaseModule.forRoot({ schema: 'relay_last', migrations })],
  providers: [LastConsumer, FinishedStore],
})
export class LastModule {}
