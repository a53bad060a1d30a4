import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Problem, problemContentType } from '@warren/protocol';

export interface Asked {
  method: string | undefined;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

/** Instead of an answer: the gateway dies. */
export const gone = Symbol('gone');

type Answer = (asked: Asked, response: ServerResponse) => void;

/** An HTTP server that answers as it is told; the command line is tested against the real gateway in apps/e2e. */
export class FakeGateway {
  readonly asked: Asked[] = [];
  private answer: Answer = (_, response) => void response.writeHead(404).end();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<FakeGateway> {
    const server = createServer((request, response) => void gateway.take(request, response));
    const gateway = new FakeGateway(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return gateway;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  answers(answer: Answer): void {
    this.answer = answer;
  }

  answersJson(body: unknown): void {
    this.answers((_, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body)));
  }

  /**
   * Answers by method and path, for example 'GET /api/v1/operations'. Several answers are given one after the other, the last one again and again:
   * an answer with a problem's status refuses, and `gone` closes the connection without one.
   */
  serves(routes: Record<string, unknown[]>): void {
    this.answers((asked, response) => {
      const answers = routes[`${asked.method} ${new URL(asked.url, this.url).pathname}`] ?? [{ status: 404, title: `There is no ${asked.method} ${asked.url}` }];
      const [answer] = answers.length > 1 ? answers.splice(0, 1) : answers;
      if (answer === gone) return void response.destroy();
      const { status } = Problem.safeParse(answer).data ?? { status: 200 };
      response.writeHead(status, { 'content-type': status < 400 ? 'application/json' : problemContentType }).end(JSON.stringify(answer));
    });
  }

  answersText(body: string): void {
    this.answers((_, response) => void response.writeHead(200, { 'content-type': 'text/plain' }).end(body));
  }

  refuses(problem: Partial<Problem> & { status: number }): void {
    const body = { type: 'about:blank', title: 'Refused', ...problem };
    this.answers((_, response) => void response.writeHead(problem.status, { 'content-type': problemContentType }).end(JSON.stringify(body)));
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = { method: request.method, url: request.url ?? '', headers: request.headers, body: await text(request) };
    this.asked.push(asked);
    this.answer(asked, response);
  }
}
