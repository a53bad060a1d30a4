import { DiscoveryModule } from '@golevelup/nestjs-discovery';
import { RabbitMQModule } from '@golevelup/nestjs-rabbitmq';
import { Module, type DynamicModule } from '@nestjs/common';
import { Bus } from './bus.js';
import { BUS_OPTIONS, type BusOptions } from './bus.options.js';
import { connectionConfig, Connections } from './connection/connections.js';
import { Consumers } from './consume/consumers.js';
import { GiveBack } from './consume/give-back.js';
import { Handlers } from './consume/handlers.js';
import { MessageConsumers } from './consume/message-consumers.js';
import { QueueReader } from './consume/queue-reader.js';
import { Reports } from './consume/reports.js';
import { Inbox } from './inbox/inbox.js';
import { ControlPlane } from './control/control-plane.js';
import { Gate } from './publish/gate.js';
import { Outbound } from './publish/outbound.js';
import { Publisher } from './publish/publisher.js';
import { Redriver } from './publish/redriver.js';
import { TimerSources } from './source/timer-sources.js';
import { Declarations } from './topology/declarations.js';

/** Messaging for one process: `BusModule.forRoot({ service, instance, version, contracts: [signal] })`. */
@Module({})
export class BusModule {
  static forRoot(options: BusOptions): DynamicModule {
    return {
      module: BusModule,
      global: true,
      imports: [
        DiscoveryModule,
        RabbitMQModule.forRootAsync({ useFactory: () => connectionConfig('publish', options) }),
        RabbitMQModule.forRootAsync({ useFactory: () => connectionConfig('consume', options) }),
      ],
      providers: [
        { provide: BUS_OPTIONS, useValue: options },
        Connections, Outbound, Gate, Publisher, Handlers, Declarations, Reports, GiveBack, Inbox, MessageConsumers, Consumers,
        TimerSources, ControlPlane, Redriver, QueueReader, Bus,
      ], // prettier-ignore
      // Declarations: for OutboxModule; a service gets it from no index.
      exports: [Bus, Consumers, Publisher, ControlPlane, Redriver, QueueReader, Declarations, BUS_OPTIONS],
    };
  }
}
