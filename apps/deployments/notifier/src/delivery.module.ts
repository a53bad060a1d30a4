import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { deployments } from '@warren/contracts';
import { DatabaseModule } from '@warren/database';
import { WarrenModule } from '@warren/service';
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
import { Targets } from './targets/targets.service.js';
import { TargetsStore } from './targets/targets.store.js';

/** Everything that delivers, without what operators see of it over HTTP. */
@Module({
  imports: [
    WarrenModule.forRoot({ name: 'deployments-notifier', contracts: [deployments] }),
    DatabaseModule.forRoot({ schema: 'notifier', migrations }),
    ConfigModule.forFeature(notifierConfig),
  ],
  providers: [DeliveryConsumer, RunningTargets, Reload, Targets, TargetsStore, RevisionsStore, DeliveriesStore, DeliveryLog, DeliveryMetrics, Retention],
  exports: [Reload, Targets, TargetsStore, DeliveriesStore],
})
export class DeliveryModule {}
