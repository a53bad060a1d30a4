import { type MiddlewareConsumer, Module, type NestModule, RequestMethod } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { DatabaseModule } from '@warren/database';
import { AccessModule, jsonBody, textBody, WarrenModule } from '@warren/service';
import { AuditController } from './audit/audit.controller.js';
import { AuditStore } from './audit/audit.store.js';
import { BacklogController } from './backlog/backlog.controller.js';
import { BacklogMetrics } from './backlog/backlog.metrics.js';
import { Backlog } from './backlog/backlog.service.js';
import { DropPolicy } from './backlog/drop-policy.service.js';
import { Drops } from './backlog/drops.service.js';
import { Probes } from './backlog/probes.service.js';
import { DeadGroupsController } from './dead-letters/dead-groups.controller.js';
import { DeadGroupsStore } from './dead-letters/dead-groups.store.js';
import { DeadLettersController } from './dead-letters/dead-letters.controller.js';
import { DeadLettersStore } from './dead-letters/dead-letters.store.js';
import { EditService } from './dead-letters/edit.service.js';
import { HealthController } from './dead-letters/health.controller.js';
import { HealthMetrics } from './dead-letters/health.metrics.js';
import { HealthStore } from './dead-letters/health.store.js';
import { checked } from './docs/checked-answers.js';
import { HomeController } from './docs/home.controller.js';
import { FlowsController } from './flows/flows.controller.js';
import { FlowsStore } from './flows/flows.store.js';
import { PublishService } from './flows/publish.service.js';
import { Forward } from './forward/forward.service.js';
import { gatewayConfig } from './gateway.config.js';
import { gatewayMigrations } from './gateway.tables.js';
import { Inquiries } from './journeys/inquiries.service.js';
import { JourneysController } from './journeys/journeys.controller.js';
import { JourneysService } from './journeys/journeys.service.js';
import { JourneysStore } from './journeys/journeys.store.js';
import { QueueFigures } from './journeys/queue-figures.service.js';
import { MessagesController } from './messages/messages.controller.js';
import { ObserverService } from './operations/observer.service.js';
import { OperationsController } from './operations/operations.controller.js';
import { OperationsStore } from './operations/operations.store.js';
import { StartController } from './operations/start.controller.js';
import { ReplaysController } from './replays/replays.controller.js';
import { ReplaysStore } from './replays/replays.store.js';
import { RunLogController } from './run-log/run-log.controller.js';
import { Beats } from './services/beats.service.js';
import { RosterStore } from './services/roster.store.js';
import { JourneySearch } from './search/journey-search.store.js';
import { MessageSearch } from './search/message-search.store.js';
import { SearchController } from './search/search.controller.js';
import { Searches } from './search/searches.service.js';
import { ServicesController } from './services/services.controller.js';
import { AgreementService } from './state/agreement.service.js';
import { Caretaker } from './state/caretaker.service.js';
import { Commander } from './state/commander.service.js';
import { Confirmations } from './state/confirmations.service.js';
import { QuietService } from './state/quiet.service.js';
import { StateController } from './state/state.controller.js';
import { StateService } from './state/state.service.js';
import { SystemStore } from './state/system.store.js';
import { TransitionService } from './state/transition.service.js';
import { FlowStatisticsController } from './statistics/flow-statistics.controller.js';
import { FlowStatisticsStore } from './statistics/flow-statistics.store.js';
import { ManagementApi } from './statistics/management-api.service.js';
import { StatisticsController } from './statistics/statistics.controller.js';
import { Notifier } from './targets/notifier.service.js';
import { TargetsController } from './targets/targets.controller.js';

/** Bytes: a state is a word; a thousand ids or a note are some pages; a message is as long as the protocol allows. */
const limits = { state: 1024, request: 64 * 1024, message: 8 * 1024 * 1024 };
const requests = ['dead-letters/redrive', 'dead-letters/discard', 'dead-letters/adopt', 'dead-letters/groups/:group/notes', 'journeys/replay'].map((path) => ({ path: `api/v1/${path}`, method: RequestMethod.POST }));

@Module({
  imports: [
    WarrenModule.forRoot({ name: 'gateway' }),
    AccessModule,
    DatabaseModule.forRoot({ schema: 'gateway', migrations: gatewayMigrations }),
    DatabaseModule.forReader(),
    ConfigModule.forFeature(gatewayConfig),
  ],
  controllers: checked([
    HomeController, StateController, RunLogController, MessagesController, StatisticsController, ServicesController, FlowsController, FlowStatisticsController,
    DeadGroupsController, HealthController, StartController, DeadLettersController, // whose :id is not to take the others' words
    OperationsController, AuditController, TargetsController, ReplaysController, JourneysController, BacklogController, SearchController,
  ]), // prettier-ignore
  providers: [
    SystemStore, StateService, TransitionService, AgreementService, Commander, Confirmations, QuietService, Caretaker,
    RosterStore, Beats, Forward, Notifier, ManagementApi, FlowsStore, FlowStatisticsStore, PublishService,
    Searches, DeadLettersStore, DeadGroupsStore, EditService, HealthStore, HealthMetrics, ObserverService, OperationsStore, AuditStore,
    JourneysStore, JourneysService, ReplaysStore, Inquiries, QueueFigures, Probes, DropPolicy, Drops, Backlog, BacklogMetrics,
    MessageSearch, JourneySearch,
  ], // prettier-ignore
})
export class GatewayModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(textBody(limits.request)).forRoutes({ path: 'api/v1/targets/*path', method: RequestMethod.POST });
    consumer.apply(textBody(limits.state)).forRoutes({ path: 'state', method: RequestMethod.PUT });
    consumer.apply(textBody(limits.message)).forRoutes({ path: 'api/v1/dead-letters/:id/payload', method: RequestMethod.PUT });
    consumer.apply(jsonBody(limits.request)).forRoutes(...requests);
    consumer.apply(jsonBody(limits.message)).forRoutes({ path: 'api/v1/flows/:flow/:contract', method: RequestMethod.POST });
  }
}
