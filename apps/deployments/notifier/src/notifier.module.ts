import { Module, type MiddlewareConsumer, type NestModule } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { deployments } from '@warren/contracts';
import { DatabaseModule } from '@warren/database';
import { AccessModule, jsonBody, WarrenModule } from '@warren/service';
import { DeliveriesController } from './deliveries/deliveries.controller.js';
import { DeliveriesStore } from './deliveries/deliveries.store.js';
import { DeliveryLog } from './deliveries/delivery-log.js';
import { DeliveryMetrics } from './deliveries/delivery.metrics.js';
import { Retention } from './deliveries/retention.service.js';
import { DeliveryConsumer } from './delivery/delivery.consumer.js';
import { notifierConfig } from './notifier.config.js';
import { migrations } from './storage/migrations.js';
import { Reload } from './targets/reload.service.js';
import { RevisionsStore } from './targets/revisions.store.js';
import { RunningTargets } from './targets/running-targets.service.js';
import { TargetsController } from './targets/targets.controller.js';
import { Targets } from './targets/targets.service.js';
import { TargetsStore } from './targets/targets.store.js';

const mostBody = 64 * 1024;

@Module({
  imports: [
    WarrenModule.forRoot({ name: 'deployments-notifier', contracts: [deployments] }),
    AccessModule,
    DatabaseModule.forRoot({ schema: 'notifier', migrations }),
    ConfigModule.forFeature(notifierConfig),
  ],
  controllers: [TargetsController, DeliveriesController],
  providers: [DeliveryConsumer, RunningTargets, Reload, Targets, TargetsStore, RevisionsStore, DeliveriesStore, DeliveryLog, DeliveryMetrics, Retention],
})
export class NotifierModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(jsonBody(mostBody)).forRoutes(TargetsController);
  }
}
