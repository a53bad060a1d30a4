import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { OutboxModule } from '@warren/bus';
import { jobs } from '@warren/contracts';
import { DatabaseModule } from '@warren/database';
import { AccessModule, WarrenModule } from '@warren/service';
import { PagesModule } from '@warren/service/pages';
import { CancelConsumer } from './jobs/cancel.consumer.js';
import { FailedConsumer } from './jobs/failed.consumer.js';
import { JobsStore } from './jobs/jobs.store.js';
import { WorkConsumer } from './jobs/work.consumer.js';
import { Work } from './jobs/work.service.js';
import { PageController } from './pages/page.controller.js';
import { ReceivedController } from './received/received.controller.js';
import { Received } from './received/received.service.js';
import { receiverConfig } from './receiver.config.js';
import { migrations } from './storage/migrations.js';

@Module({
  imports: [
    WarrenModule.forRoot({ name: 'jobs-receiver', contracts: [jobs] }),
    AccessModule.forPages(),
    DatabaseModule.forRoot({ schema: 'jobs_receiver', migrations }),
    OutboxModule,
    PagesModule.forRoot({ title: 'Jobs: receiver', home: '/received', templates: join(__dirname, '../templates'), controllers: [PageController], adopts: true }),
    ConfigModule.forFeature(receiverConfig),
  ],
  controllers: [PageController, ReceivedController],
  providers: [WorkConsumer, CancelConsumer, FailedConsumer, JobsStore, Work, Received],
})
export class ReceiverModule {}
