import { Module, type MiddlewareConsumer, type NestModule } from '@nestjs/common';
import { AccessModule, jsonBody } from '@warren/service';
import { DeliveriesController } from './deliveries/deliveries.controller.js';
import { DeliveryModule } from './delivery.module.js';
import { TargetsController } from './targets/targets.controller.js';

const mostBody = 64 * 1024;

@Module({
  imports: [DeliveryModule, AccessModule],
  controllers: [TargetsController, DeliveriesController],
})
export class NotifierModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(jsonBody(mostBody)).forRoutes(TargetsController);
  }
}
