import { type DynamicModule, Inject, type MiddlewareConsumer, Module, type NestModule, type Type } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { Database } from '@warren/database';
import { httpConfig } from '../http/http.config.js';
import { openSessionStore, sessionStore } from './open-session-store.js';
import { sessionsConfig } from './sessions.config.js';
import { Sessions, sessionsOptions } from './sessions.service.js';

export interface SessionsOptions {
  /** Whose requests have a session: `request.sessionID`. */
  controllers: readonly Type[];
  /** Whose requests have the session of their cookie, and none where they bring no cookie. */
  joining?: readonly Type[];
  /**
   * Whether an id that another service has signed is taken for one's own, where each keeps its sessions in its own schema. A service that does so cannot end
   * sessions: their ids would come back.
   */
  adopts?: boolean;
}

/** Sessions for the pages of a service. They end after a minute without a request. */
@Module({})
export class SessionsModule implements NestModule {
  constructor(
    private readonly sessions: Sessions,
    @Inject(sessionsOptions) private readonly options: SessionsOptions,
  ) {}

  static forRoot(options: SessionsOptions): DynamicModule {
    return {
      module: SessionsModule,
      imports: [ConfigModule.forFeature(httpConfig), ConfigModule.forFeature(sessionsConfig)],
      providers: [
        Sessions,
        { provide: sessionsOptions, useValue: options },
        { provide: sessionStore, useFactory: openSessionStore, inject: [sessionsConfig.KEY, httpConfig.KEY, { token: Database, optional: true }] },
      ],
      exports: [Sessions],
    };
  }

  configure(consumer: MiddlewareConsumer): void {
    const { controllers, joining = [] } = this.options;
    consumer.apply(this.sessions.middleware).forRoutes(...controllers);
    consumer.apply(this.sessions.joining).forRoutes(...joining);
  }
}
