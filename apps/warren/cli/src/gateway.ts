import { Problem } from '@warren/protocol';
import { type z } from 'zod';
import { Failure, Unreachable } from './failure.js';

export interface Asked {
  method?: string;
  accept?: string;
  body?: string;
  /** Milliseconds until the answer begins. */
  patience?: number;
}

const json = 'application/json';

/** The operations API as the command line uses it. */
export class Gateway {
  private readonly url: string;

  /** @throws Failure when the URL is none. */
  constructor(
    url: string,
    private readonly key: string | undefined,
  ) {
    this.url = url.replace(/\/+$/, '');
    if (!/^https?:\/\//.test(url) || !URL.canParse(url)) throw new Failure(`"${url}" is no URL of a gateway: set --url or WARREN_URL, for example to http://127.0.0.1:8081.`);
  }

  /** @throws Failure with the problem's detail, also when the answer is not what the schema says. */
  async json<S extends z.ZodType>(schema: S, path: string, asked: Asked = {}): Promise<z.output<S>> {
    const answer = await this.ask(path, { accept: json, ...asked });
    const parsed = schema.safeParse(await answer.json().catch(() => undefined));
    if (parsed.success) return parsed.data;
    throw new Failure(`${this.url}${path} answers something else than this version of warren expects: is it a gateway of another version?`);
  }

  async text(path: string): Promise<string> {
    return (await this.ask(path, { accept: 'text/plain' })).text();
  }

  /** @throws Unreachable when nobody answers or what the gateway needs is away, Failure for other refusals. */
  async ask(path: string, { method = 'GET', accept = '*/*', body, patience = 15_000 }: Asked): Promise<Response> {
    const answer = await this.send(path, { method, body, headers: this.headers(accept, body) }, patience);
    if (answer.ok) return answer;
    const reason = await reasonOf(answer);
    throw [502, 503].includes(answer.status) ? new Unreachable(reason) : new Failure(reason);
  }

  private async send(path: string, init: RequestInit, patience: number): Promise<Response> {
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), patience);
    try {
      return await fetch(`${this.url}${path}`, { ...init, signal: deadline.signal });
    } catch {
      if (deadline.signal.aborted) throw new Unreachable(`The gateway at ${this.url} does not answer within ${patience / 1000} s.`);
      throw new Unreachable(`No gateway answers at ${this.url}: run npm start, or set --url or WARREN_URL.`);
    } finally {
      clearTimeout(timer);
    }
  }

  private headers(accept: string, body: string | undefined): Record<string, string> {
    return {
      accept,
      ...(body !== undefined && { 'content-type': json }),
      ...(this.key !== undefined && { authorization: `Bearer ${this.key}` }),
    };
  }
}

async function reasonOf(answer: Response): Promise<string> {
  const problem = Problem.safeParse(await answer.json().catch(() => undefined));
  const { detail, title, issues = [] } = problem.success ? problem.data : { title: `${answer.status} ${answer.statusText} from ${answer.url}` };
  const wrong = issues.filter(({ message }) => message !== detail).map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ');
  const hint = answer.status === 401 ? ' The command line takes its key from WARREN_KEY.' : '';
  return `${[detail ?? title, wrong].filter(Boolean).join(' ')}${hint}`.replaceAll(/\s*\n\s*/g, ' ');
}
