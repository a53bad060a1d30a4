import { pipeline } from 'node:stream/promises';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { ProblemError, type ProblemDetails } from '@warren/service';
import { type Request, type Response } from 'express';
import { Agent, type Dispatcher, request as send } from 'undici';

/** Milliseconds until the other service is given up: to connect, to begin its answer, between two pieces of it. */
const patience = { connect: { timeout: 2000 }, bodyTimeout: 30_000 };
const asked = ['accept', 'authorization'] as const;
/** Of a body: it goes on as text, in UTF-8, whatever it came as. */
const json = { 'content-type': 'application/json' };
/** Those of one connection only (RFC 9110, section 7.6.1). */
const hopByHop = new Set(['connection', 'keep-alive', 'transfer-encoding', 'te', 'trailer', 'upgrade', 'proxy-authenticate']);

/** Where a request is passed on to. */
export interface Destination {
  /** The whole address but for the search, which is the caller's. */
  url: string;
  /** Milliseconds until it begins to answer. */
  patience: number;
  /** What the caller is told, with 502, when it does not. */
  unreachable: ProblemDetails;
}

/** Passes requests on to another service, and its answer back as it comes: at no time is more of it in memory than is on its way. */
@Injectable()
export class Forward implements OnApplicationShutdown {
  private readonly logger = new Logger(Forward.name);
  private readonly agent = new Agent(patience);

  /**
   * Method, search, key and a body that was read as text (as JSON) are passed on; status, headers and body come back.
   * @throws ProblemError 502 when the service does not begin to answer. An answer that breaks off later is cut, so that nobody takes it for whole.
   */
  async pass(request: Request, response: Response, to: Destination): Promise<void> {
    const answer = await this.ask(request, to);
    response.status(answer.statusCode);
    for (const [name, value] of Object.entries(answer.headers)) if (value !== undefined && !hopByHop.has(name)) response.setHeader(name, value);
    await pipeline(answer.body, response).catch((error: unknown) => this.logger.warn(`The answer of ${to.url} broke off: ${String(error)}`));
  }

  onApplicationShutdown(): Promise<void> {
    return this.agent.destroy();
  }

  private async ask({ method, headers, url, body }: Request, to: Destination): Promise<Dispatcher.ResponseData> {
    const target = new URL(to.url);
    target.search = new URL(url, target).search;
    const kept = asked.flatMap((name) => (headers[name] ? [[name, headers[name]]] : []));
    const text = typeof body === 'string' && body !== '' ? body : undefined;
    try {
      return await send(target, {
        method, headers: { ...(Object.fromEntries(kept) as Record<string, string>), ...(text && json) }, body: text, dispatcher: this.agent, headersTimeout: to.patience,
      }); // prettier-ignore
    } catch (error) {
      this.logger.warn(`${target.origin} does not answer: ${String(error)}`);
      throw new ProblemError(502, to.unreachable);
    }
  }
}
