import { type DynamicModule, Module } from '@nestjs/common';
import { Heartbeat } from './heartbeat.service.js';
import { lifecycleOptions, type LifecycleOptions } from './lifecycle.options.js';
import { Lifecycle } from './lifecycle.service.js';

/** Makes the process an instance that obeys the system's state. Needs BusModule. */
@Module({})
export class LifecycleModule {
  static forRoot(options: LifecycleOptions): DynamicModule {
    return {
      module: LifecycleModule,
      global: true,
      providers: [{ provide: lifecycleOptions, useValue: options }, Lifecycle, Heartbeat],
      exports: [Lifecycle],
    };
  }
}
