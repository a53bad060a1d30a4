import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { type ProblemDetails } from '@warren/service';
import { type Request, type Response } from 'express';
import { Forward } from '../forward/forward.service.js';
import { gatewayConfig } from '../gateway.config.js';

/** Milliseconds. A test of a target takes as long as the target lets a request take. */
const patience = { test: 120_000, others: 10_000 };

/** The service that delivers to targets: it alone knows them. */
@Injectable()
export class Notifier {
  constructor(
    private readonly forward: Forward,
    @Inject(gatewayConfig.KEY) private readonly config: ConfigType<typeof gatewayConfig>,
  ) {}

  /** @param path each part as it is, whatever is in it: a name with a slash stays a name. */
  pass(request: Request, response: Response, path: readonly string[], unreachable: ProblemDetails): Promise<void> {
    const url = `${this.config.notifierUrl.replace(/\/+$/, '')}/api/v1/${path.map(part).join('/')}`;
    return this.forward.pass(request, response, { url, patience: path[2] === 'test' ? patience.test : patience.others, unreachable });
  }
}

/** A URL reads `.` and `..` as ways, also where they are escaped. */
const part = (name: string): string => (/^\.{1,2}$/.test(name) ? '%20' : encodeURIComponent(name));
