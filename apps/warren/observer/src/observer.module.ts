import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { DatabaseModule } from '@warren/database';
import { WarrenModule } from '@warren/service';
import { DeadLetterConsumer } from './dead-letters/dead-letter.consumer.js';
import { Intake } from './dead-letters/intake.js';
import { EndsRelay } from './ends/ends.relay.js';
import { JournalConsumer } from './journal/journal.consumer.js';
import { JournalMetrics } from './journal/journal.metrics.js';
import { JournalWriter } from './journal/journal.writer.js';
import { migrations } from './migrations/index.js';
import { observerConfig } from './observer.config.js';
import { Adopt } from './operations/adopt.js';
import { Discard } from './operations/discard.js';
import { OperationsRunner } from './operations/operations.runner.js';
import { Redrive } from './operations/redrive.js';
import { Replay } from './operations/replay.js';
import { Adoption } from './requests/adoption.service.js';
import { RequestsConsumer } from './requests/requests.consumer.js';
import { Requests } from './requests/requests.service.js';
import { Retention } from './retention/retention.service.js';
import { Rollups } from './statistics/rollups.service.js';

@Module({
  imports: [
    WarrenModule.forRoot({ name: 'observer' }),
    DatabaseModule.forRoot({ schema: 'observer', migrations }),
    ConfigModule.forFeature(observerConfig),
  ],
  providers: [JournalConsumer, JournalWriter, JournalMetrics, Intake, DeadLetterConsumer, Requests, RequestsConsumer, Adoption, OperationsRunner, Redrive, Discard, Adopt, Replay, EndsRelay, Retention, Rollups],
})
export class ObserverModule {}
