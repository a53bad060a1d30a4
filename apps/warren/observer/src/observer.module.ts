import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { DatabaseModule } from '@warren/database';
import { WarrenModule } from '@warren/service';
import { DeadLetterConsumer } from './dead-letters/dead-letter.consumer.js';
import { Intake } from './dead-letters/intake.js';
import { JournalConsumer } from './journal/journal.consumer.js';
import { JournalMetrics } from './journal/journal.metrics.js';
import { JournalWriter } from './journal/journal.writer.js';
import { migrations } from './migrations/index.js';
import { observerConfig } from './observer.config.js';
import { Retention } from './retention/retention.service.js';

@Module({
  imports: [
    WarrenModule.forRoot({ name: 'observer' }),
    DatabaseModule.forRoot({ schema: 'observer', migrations }),
    ConfigModule.forFeature(observerConfig),
  ],
  providers: [JournalConsumer, JournalWriter, JournalMetrics, Intake, DeadLetterConsumer, Retention],
})
export class ObserverModule {}
