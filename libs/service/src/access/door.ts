import { Inject, Injectable, Logger } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { type NextFunction, type Request, type Response } from 'express';
import { ProblemError } from '../http/problem.errors.js';
import { accessConfig } from './access.config.js';
import { anonymous, remember } from './caller.js';
import { hostName, isLoopback } from './hosts.js';
import { Keys } from './keys.js';
import { keyRequired } from './roles.guard.js';

const safe = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Stands before all routes, docs and body parsers: by which name, from which page, and with which key a request comes. */
@Injectable()
export class Door {
  private readonly logger = new Logger(Door.name);

  constructor(
    @Inject(accessConfig.KEY) private readonly config: ConfigType<typeof accessConfig>,
    private readonly keys: Keys,
  ) {}

  /** A page elsewhere can give its own name our address (DNS rebinding), and is then of one origin with us: its name betrays it. */
  readonly checkHost = (request: Request, _: Response, next: NextFunction): void => {
    const { allowedHosts } = this.config;
    const checked = !this.keys.required || allowedHosts.length > 0;
    const name = hostName(request.headers.host ?? '');
    if (checked && !isLoopback(name) && !allowedHosts.includes(name)) {
      throw this.refusal(request, 'host-not-allowed', `This service is not called "${name}": add the name to ALLOWED_HOSTS if it is.`);
    }
    next();
  };

  /** A page elsewhere can send a request that changes something, without seeing the answer (CSRF): its browser says where it comes from. */
  readonly checkOrigin = (request: Request, _: Response, next: NextFunction): void => {
    const { origin, host, 'sec-fetch-site': site = 'none' } = request.headers;
    const known = origin !== undefined && this.config.corsOrigins.includes(origin);
    const own = (site === 'none' || site === 'same-origin') && (origin === undefined || origin.replace(/^https?:\/\//, '') === host);
    if (!safe.has(request.method) && !known && !own) {
      throw this.refusal(request, 'origin-not-allowed', `Pages of ${origin ?? 'another site'} may not do this: add the origin to CORS_ORIGINS if they may.`);
    }
    next();
  };

  /** What changes something is refused here without a key, before its body is read; what reads is left to RolesGuard, for some of it is public. */
  readonly identify = (request: Request, _: Response, next: NextFunction): void => {
    const key = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const caller = this.keys.required ? this.keys.find(key ?? '') : anonymous;
    if (caller) remember(request, caller);
    else if (key !== undefined || !safe.has(request.method)) throw keyRequired(key !== undefined);
    next();
  };

  private refusal({ method, path }: Request, code: string, detail: string): ProblemError {
    this.logger.warn(`Refused ${method} ${path}: ${detail}`);
    return new ProblemError(403, { code, detail });
  }
}
