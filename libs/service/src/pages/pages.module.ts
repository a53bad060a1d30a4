import { posix } from 'node:path';
import { type DynamicModule, Inject, type MiddlewareConsumer, Module, type NestModule } from '@nestjs/common';
import { formBody } from '../http/body.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { Sessions } from '../sessions/sessions.service.js';
import { assetsController } from './assets.controller.js';
import { Pages, pagesOptions, type PagesOptions } from './pages.service.js';
import { Tally } from './tally.js';

/** Bytes: a form that is refused for a text that is too long shall still keep it. */
const mostForm = 256 * 1024;

/** Server-rendered pages with sessions. Their controllers answer with what Pages.show() gives; what they throw becomes a page, too. */
@Module({})
export class PagesModule implements NestModule {
  constructor(
    private readonly pages: Pages,
    private readonly sessions: Sessions,
    @Inject(pagesOptions) private readonly options: PagesOptions,
  ) {}

  static forRoot(options: PagesOptions): DynamicModule {
    return {
      module: PagesModule,
      imports: [SessionsModule.forRoot({ ...options, controllers: [] })], // their sessions come after what is below
      controllers: [assetsController(posix.join(options.home, 'assets'))],
      providers: [Pages, Tally, { provide: pagesOptions, useValue: options }],
      exports: [Pages, Tally, SessionsModule],
    };
  }

  /** The form is read before the session: where sessions are away, its text is kept all the same. */
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(this.pages.begin, formBody(mostForm), this.sessions.middleware).forRoutes(...this.options.controllers);
  }
}
