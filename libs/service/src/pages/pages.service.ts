import { posix } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { newId } from '@warren/protocol';
import { type NextFunction, type Request, type Response } from 'express';
import { type Liquid } from 'liquidjs';
import { showProblems } from '../http/problem.page.js';
import { type Identity, InjectIdentity } from '../identity.js';
import { Sessions } from '../sessions/sessions.service.js';
import { type SessionsOptions } from '../sessions/sessions.module.js';
import { type Node, nodeOf } from './node.js';
import { Tally } from './tally.js';
import { templatesOf } from './templates.js';

export interface PagesOptions extends SessionsOptions {
  /** Of every page. */
  title: string;
  /** The path of the first page. Style sheets and scripts are at `assets` below it, so that a load balancer leads them to the same service. */
  home: string;
  /** The folder of the service's own templates. One called `problem` takes the place of the shared one. */
  templates: string;
}

export const pagesOptions = Symbol('warren.pages');

const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** `no-referrer`, which all else has, makes browsers send forms with `Origin: null`, and Door refuses those. */
const headers = { 'Content-Security-Policy': policy, 'Referrer-Policy': 'same-origin', 'Cache-Control': 'no-store' };

/** The pages of a service: its templates in one layout, with the badges on top. */
@Injectable()
export class Pages {
  private readonly templates: Liquid;
  private readonly node: Node;

  constructor(
    @Inject(pagesOptions) private readonly options: PagesOptions,
    @InjectIdentity() identity: Identity,
    private readonly sessions: Sessions,
    private readonly tally: Tally,
  ) {
    this.templates = templatesOf(options.templates);
    this.node = nodeOf(identity);
  }

  /** As middleware, before all else: what fails afterwards is answered with the page `problem`, which gets what a form had sent. */
  readonly begin = (request: Request, response: Response, next: NextFunction): void => {
    response.set(headers);
    const formOf = () => ({ ...(request.body as object | undefined) });
    showProblems(response, (problem) => this.render('problem', { problem, form: formOf(), fresh: newId(), mine: null, active: null }));
    next();
  };

  /** @param mine how many messages are of the request's session @throws ProblemError 503 where the sessions cannot be counted */
  async show(template: string, content: { mine: number } & Record<string, unknown>): Promise<string> {
    return this.render(template, { ...content, active: await this.sessions.count() });
  }

  private render(template: string, content: object): string {
    const { node, tally, options: { title, home } } = this; // prettier-ignore
    const around = { title, home, assets: posix.join(home, 'assets'), node, processed: tally.count, lastAt: tally.lastAt ?? null };
    return this.templates.renderFileSync(template, { ...around, ...content }) as string;
  }
}
