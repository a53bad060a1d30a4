import { join } from 'node:path';
import { Module, type MiddlewareConsumer, type NestModule } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { OutboxModule } from '@warren/bus';
import { jobs } from '@warren/contracts';
import { DatabaseModule } from '@warren/database';
import { AccessModule, jsonBody, WarrenModule } from '@warren/service';
import { PagesModule } from '@warren/service/pages';
import { ChangesConsumer } from './jobs/changes.consumer.js';
import { JobsController } from './jobs/jobs.controller.js';
import { Jobs } from './jobs/jobs.service.js';
import { JobsStore } from './jobs/jobs.store.js';
import { PageController } from './pages/page.controller.js';
import { senderConfig } from './sender.config.js';
import { migrations } from './storage/migrations.js';

const mostBody = 64 * 1024;

@Module({
  imports: [
    WarrenModule.forRoot({ name: 'jobs-sender', contracts: [jobs] }),
    AccessModule.forPages(),
    DatabaseModule.forRoot({ schema: 'jobs_sender', migrations }),
    OutboxModule,
    PagesModule.forRoot({ title: 'Jobs: sender', home: '/', templates: join(__dirname, '../templates'), controllers: [PageController], joining: [JobsController] }),
    ConfigModule.forFeature(senderConfig),
  ],
  controllers: [PageController, JobsController],
  providers: [Jobs, JobsStore, ChangesConsumer],
})
export class SenderModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(jsonBody(mostBody)).forRoutes(JobsController);
  }
}
