import { type MiddlewareConsumer, Module, type NestModule, RequestMethod } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { jsonBody, textBody, WarrenModule } from '@warren/service';
import { BehavioursController } from './behaviours/behaviours.controller.js';
import { Behaviours } from './behaviours/behaviours.store.js';
import { Answers } from './endpoints/answers.service.js';
import { EndpointsController } from './endpoints/endpoints.controller.js';
import { Signatures } from './endpoints/signatures.service.js';
import { monitorConfig } from './monitor.config.js';
import { PageController } from './page/page.controller.js';
import { RecordsController } from './records/records.controller.js';
import { Records } from './records/records.store.js';

/** Bytes. */
const limits = { request: 1024 * 1024, behaviour: 4 * 1024 };

/** A stand-in for somebody else's API: whoever reaches it may use it, as with theirs, so it is on loopback where nothing else is said. */
@Module({
  imports: [WarrenModule.forRoot({ name: 'deployments-monitor' }), ConfigModule.forFeature(monitorConfig)],
  controllers: [PageController, EndpointsController, RecordsController, BehavioursController],
  providers: [Answers, Behaviours, Records, Signatures],
})
export class MonitorModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    // As text, since a signature is over the bytes.
    consumer.apply(textBody(limits.request)).forRoutes({ path: 'api/{*path}', method: RequestMethod.ALL });
    consumer.apply(jsonBody(limits.behaviour)).forRoutes({ path: 'behaviours/:endpoint', method: RequestMethod.PUT });
  }
}
