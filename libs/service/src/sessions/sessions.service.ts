import { createHash, randomBytes } from 'node:crypto';
import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import session from 'express-session';
import { ProblemError } from '../http/problem.errors.js';
import { sessionStore } from './open-session-store.js';
import { idleLife, type SessionStore } from './session-store.js';
import { sessionsConfig } from './sessions.config.js';

export const sessionsOptions = Symbol('warren.sessions');
const cookieName = 'warren.session';

/** Sessions of browsers, shared by all instances of a service; in Redis, by all services. */
@Injectable()
export class Sessions implements OnApplicationShutdown {
  private readonly logger = new Logger(Sessions.name);
  private readonly session: RequestHandler;
  /** Requests that begin a session. */
  private readonly beginning = new WeakSet<object>();

  constructor(
    @Inject(sessionsConfig.KEY) { redisUrl, secret }: ConfigType<typeof sessionsConfig>,
    @Inject(sessionsOptions) { adopts = false }: { adopts?: boolean },
    @Inject(sessionStore) private readonly store: SessionStore,
  ) {
    this.session = session({
      name: cookieName,
      secret: [...secret],
      store: this.store.store,
      genid: (request: { sessionID?: string }) => {
        this.beginning.add(request);
        return (adopts && redisUrl === undefined && request.sessionID) || randomBytes(18).toString('base64url');
      },
      cookie: { httpOnly: true, sameSite: 'lax', secure: 'auto', maxAge: idleLife },
      rolling: true,
      resave: false,
      saveUninitialized: true,
    });
  }

  /** Gives a request its session, stored and counted if it is a new one. What fails before the request is handled is 503; what fails after cannot be told any more. */
  readonly middleware = (request: Request, response: Response, next: NextFunction): void => {
    let handled = false;
    const handle = (error?: unknown) => {
      if (error) this.logger.warn(`Sessions cannot be read or written: ${error instanceof Error ? error.message : 'unknown'}`);
      if (handled) return;
      handled = true;
      next(error ? sessionsAway() : undefined);
    };
    void this.session(request, response, (error?: unknown) => {
      if (!error && !handled && this.beginning.has(request)) request.session.save(handle);
      else handle(error);
    });
  };

  /** The same for requests that need no session: those without its cookie have none. */
  readonly joining = (request: Request, response: Response, next: NextFunction): void => {
    if (request.headers.cookie?.includes(`${cookieName}=`)) this.middleware(request, response, next);
    else next();
  };

  /** What a request's session is called where others see it: its id cannot be had from that. Empty where the request has none. */
  nameOf({ sessionID }: { sessionID?: string }): string {
    return sessionID === undefined ? '' : createHash('sha256').update(sessionID).digest('base64url').slice(0, 22);
  }

  /** How many are active: had a request within the last minute. @throws ProblemError 503 */
  count(): Promise<number> {
    return this.store.count().catch(() => {
      throw sessionsAway();
    });
  }

  /** Ends the request's session: its next request begins a new one. @throws ProblemError 503 */
  async end({ session: ending }: Request): Promise<void> {
    await new Promise<void>((resolve, reject) => ending.destroy((error: unknown) => (error ? reject(sessionsAway()) : resolve())));
  }

  onApplicationShutdown(): Promise<void> {
    return this.store.close();
  }
}

const sessionsAway = () => new ProblemError(503, { code: 'sessions-away', detail: 'The place where sessions are kept does not answer: try again when it is back.' }, { 'Retry-After': '5' });
