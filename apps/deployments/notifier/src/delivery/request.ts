import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Agent, request, type Dispatcher } from 'undici';
import type { Target } from '../targets/target.js';
import { guardedConnector, type ConnectOptions } from './addresses.js';
import { beginningOf, keptOf } from './answer-body.js';
import type { Answer, Subject } from './answer.js';
import { deliveryError, timedOut } from './delivery.errors.js';
import { maskOf, type Mask } from './mask.js';
import { retryAfterOf } from './retry-after.js';
import { signer, type Sign } from './signature.js';
import { compile, type Template } from './template.js';

/** One attempt, ready to be sent. */
export interface Prepared {
  method: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** For tests: who resolves names, and which authorities are trusted. */
export type SenderOptions = Pick<ConnectOptions, 'resolve' | 'ca'>;

/** The package.json above, from src and from dist alike. */
const { version } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as { version: string };
const ownHeaders = { 'user-agent': `warren-notifier/${version}`, 'content-type': 'application/json' };

/** Delivers to one target, over connections of its own that are kept alive: as many as it may have requests at once. */
export class Sender {
  private readonly template: Template;
  private readonly sign: Sign;
  private readonly mask: Mask;
  private readonly longestSecret: number;
  private readonly agent: Agent;
  private readonly host: string;

  /**
   * @param target with its references resolved
   * @param secretValues what no body and no error may show
   * @throws TemplateError, SecretError when it cannot work so
   */
  constructor(private readonly target: Target, secretValues: readonly string[], options: SenderOptions = {}) {
    this.template = compile(target.body);
    this.sign = signer(target.secrets);
    this.mask = maskOf(secretValues);
    this.longestSecret = Math.max(0, ...secretValues.map(({ length }) => 6 * length)); // as long as JSON or a URL may make it
    this.host = new URL(target.url).host;
    const connect = guardedConnector({ allow: target.allow, timeout: target.timeout, ...options });
    // One deadline for all of a request, below: no other one ends it earlier.
    this.agent = new Agent({ connect, connections: target.concurrency, headersTimeout: 0, bodyTimeout: 0 });
  }

  /** The request of one attempt that begins now. @throws TemplateError when there is no body for this release. */
  prepare(subject: Subject): Prepared {
    const { method, url, headers, name } = this.target;
    const body = this.template.render({ ...subject, target: name });
    return { method, url, headers: { ...ownHeaders, ...headers, ...this.sign(subject.id, new Date(), body) }, body };
  }

  /** Every secret masked, for people to look at. */
  shown({ method, url, headers, body }: Prepared): Prepared {
    const masked = Object.entries(headers).map(([name, value]) => [name, this.mask(value)] as const);
    return { method, url: this.mask(url), headers: Object.fromEntries(masked), body: this.mask(body) };
  }

  /**
   * Sends it once; redirects are answers like others. The target's timeout is for all of it, the answer's body included.
   * @throws DeliveryError without a whole answer; AddressRefusedError, before anything is sent.
   */
  async send(prepared: Prepared): Promise<Answer> {
    const began = performance.now();
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), this.target.timeout);
    try {
      const { statusCode, headers, body } = await this.request(prepared, deadline.signal);
      const kept = keptOf(await beginningOf(body), this.mask, this.longestSecret);
      return { status: statusCode, retryAfter: retryAfterOf(headers['retry-after']), body: kept, ms: Math.round(performance.now() - began) };
    } catch (error) {
      throw deadline.signal.aborted ? timedOut(this.mask(this.host), this.target.timeout) : deliveryError(this.host, error, this.mask);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Lets what is under way end, then closes the connections. */
  close(): Promise<void> {
    return this.agent.close();
  }

  private request({ method, url, headers, body }: Prepared, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    return request(url, { dispatcher: this.agent, method, headers, body, signal });
  }
}
