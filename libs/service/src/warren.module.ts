import { type DynamicModule, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { APP_FILTER, DiscoveryModule } from '@nestjs/core';
import { BusModule } from '@warren/bus';
import { LifecycleModule } from '@warren/lifecycle';
import { type Flow } from '@warren/protocol';
import { HealthModule } from './health/health.module.js';
import { httpConfig } from './http/http.config.js';
import { ProblemFilter } from './http/problem.filter.js';
import { identityOf, identityProvider } from './identity.js';
import { LogsModule } from './logs/logs.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { SettingsLog } from './settings/settings.log.js';

export interface WarrenOptions {
  /** The service's name on the roster: `signal-imed`. */
  name: string;
  /** The flows that this service publishes to or consumes from. */
  contracts?: readonly Flow[];
}

/** All that makes a Nest application a service of Warren: bus, lifecycle, logs, health, metrics and problems. */
@Module({})
export class WarrenModule {
  static forRoot({ name, contracts = [] }: WarrenOptions): DynamicModule {
    const identity = identityOf(name);
    const self = identityProvider(identity);
    return {
      module: WarrenModule,
      global: true,
      imports: [
        DiscoveryModule,
        ConfigModule.forFeature(httpConfig),
        LogsModule.forRoot(identity),
        BusModule.forRoot({ ...identity, contracts }),
        LifecycleModule.forRoot(identity),
        HealthModule,
        MetricsModule,
      ],
      providers: [self, SettingsLog, { provide: APP_FILTER, useClass: ProblemFilter }],
      exports: [self, ConfigModule, HealthModule, MetricsModule],
    };
  }
}
