import { pipeline } from 'node:stream/promises';
import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { ProblemError } from '@warren/service';
import { type Request, type Response } from 'express';
import { Agent, type Dispatcher, request as send } from 'undici';
import { gatewayConfig } from '../gateway.config.js';

/** Milliseconds until httpserv is given up: to connect, to begin its answer, between two pieces of it. */
const patience = { connect: { timeout: 2000 }, headersTimeout: 5000, bodyTimeout: 30_000 };
const asked = ['accept', 'authorization'] as const;
/** Those of one connection only (RFC 9110, section 7.6.1). */
const hopByHop = new Set(['connection', 'keep-alive', 'transfer-encoding', 'te', 'trailer', 'upgrade', 'proxy-authenticate']);

/** Passes the message log on from httpserv as it comes: at no time is more of it in memory than is on its way. */
@Injectable()
export class MessageLog implements OnApplicationShutdown {
  private readonly logger = new Logger(MessageLog.name);
  private readonly agent = new Agent(patience);

  constructor(@Inject(gatewayConfig.KEY) private readonly config: ConfigType<typeof gatewayConfig>) {}

  /** @throws ProblemError 502 when httpserv does not begin to answer. An answer that breaks off later is cut, so that nobody takes it for whole. */
  async forward(request: Request, response: Response): Promise<void> {
    const answer = await this.ask(request);
    response.status(answer.statusCode);
    for (const [name, value] of Object.entries(answer.headers)) if (value !== undefined && !hopByHop.has(name)) response.setHeader(name, value);
    await pipeline(answer.body, response).catch((error: unknown) => this.logger.warn(`The message log broke off: ${String(error)}`));
  }

  onApplicationShutdown(): Promise<void> {
    return this.agent.destroy();
  }

  private async ask({ method, headers, url }: Request): Promise<Dispatcher.ResponseData> {
    const target = new URL(this.config.httpservUrl);
    target.search = new URL(url, target).search;
    const kept = asked.flatMap((name) => (headers[name] ? [[name, headers[name]]] : []));
    try {
      return await send(target, { method: method === 'HEAD' ? 'HEAD' : 'GET', headers: Object.fromEntries(kept) as Record<string, string>, dispatcher: this.agent });
    } catch (error) {
      this.logger.warn(`httpserv does not answer: ${String(error)}`);
      throw new ProblemError(502, { code: 'httpserv-unreachable', detail: 'httpserv does not answer: see GET /api/v1/services, and HTTPSERV_URL.' });
    }
  }
}
