import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { onTeardown } from '@warren/testing';

/** A request as the endpoint got it. */
export interface Got {
  /** webhook-id */
  id: string;
  /** performance.now() */
  at: number;
  accepted: boolean;
}

/** Whether a request is taken, by how often its id came before. */
type Answer = (before: number) => boolean;

/** Somebody's API: it takes what its answer says, else it is 500, and it keeps the ledger of what came. */
export class Endpoint {
  readonly got: Got[] = [];
  private readonly times = new Map<string, number>();
  private readonly server: Server;

  private constructor(public answer: Answer) {
    this.server = createServer((request, response) => this.take(request, response));
  }

  static async open(answer: Answer): Promise<Endpoint> {
    const endpoint = new Endpoint(answer);
    await new Promise<void>((resolve) => endpoint.server.listen(0, '127.0.0.1', resolve));
    onTeardown(() => new Promise<void>((resolve) => { endpoint.server.close(() => resolve()); endpoint.server.closeAllConnections(); })); // prettier-ignore
    return endpoint;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  /** The ids that it has taken, and how often each. */
  taken(): Map<string, number> {
    return new Map([...Map.groupBy(this.got.filter(({ accepted }) => accepted), ({ id }) => id)].map(([id, all]) => [id, all.length]));
  }

  private take(request: IncomingMessage, response: ServerResponse): void {
    request.resume().once('end', () => {
      const id = String(request.headers['webhook-id']);
      const before = this.times.get(id) ?? 0;
      this.times.set(id, before + 1);
      const accepted = this.answer(before);
      this.got.push({ id, at: performance.now(), accepted });
      response.writeHead(accepted ? 200 : 500).end(accepted ? 'taken' : 'not well');
    });
  }
}
