import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** Ports of URLs that name none. */
const usualPorts: Readonly<Record<string, number>> = { 'amqp:': 5672, 'postgres:': 5432, 'postgresql:': 5432, 'http:': 80 };

/** Stands between a client and its broker or database, and breaks the network on demand. */
export class FaultProxy {
  private readonly sockets = new Set<Socket>();
  private refusing = false;
  private latency = 0;
  /** While it hangs: resolves at restore(). */
  private passable = Promise.resolve();
  private resume: () => void = () => undefined;

  private constructor(private readonly target: URL, private readonly server: Server) {
    server.on('connection', (client) => this.join(client));
  }

  /** Listens on a free port of loopback and forwards to where the URL points. */
  static async to(url: string): Promise<FaultProxy> {
    const server = createServer();
    const proxy = new FaultProxy(new URL(url), server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return proxy;
  }

  /** The target's URL, through this proxy. */
  get url(): string {
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String((this.server.address() as AddressInfo).port);
    return url.href;
  }

  /** Ends every connection at once, as a killed server does, and refuses new ones until restore(). */
  cut(): void {
    this.refusing = true;
    for (const socket of this.sockets) reset(socket);
  }

  /** Connections stay and take bytes, but nothing comes through until restore(): a stopped process, or a cable that was pulled. */
  hang(): void {
    this.passable = new Promise((resolve) => (this.resume = resolve));
  }

  /** Makes whatever goes through wait for so many milliseconds, both ways. */
  delay(milliseconds: number): void {
    this.latency = milliseconds;
  }

  /** The network is well again; what hung goes on. */
  restore(): void {
    this.refusing = false;
    this.latency = 0;
    this.resume();
  }

  async close(): Promise<void> {
    this.cut();
    this.resume();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(client: Socket): void {
    if (this.refusing) {
      reset(client);
      return;
    }
    const server = connect(Number(this.target.port) || (usualPorts[this.target.protocol] ?? 0), this.target.hostname);
    for (const socket of [client, server]) this.follow(socket);
    void this.forward(client, server);
    void this.forward(server, client);
  }

  private follow(socket: Socket): void {
    this.sockets.add(socket.setNoDelay(true));
    socket.once('close', () => this.sockets.delete(socket));
  }

  /** The end of one side is the end of the other. */
  private async forward(from: Socket, to: Socket): Promise<void> {
    await pipeline(from, this.gate(), to).catch(() => {
      from.destroy();
      to.destroy();
    });
  }

  private gate(): Transform {
    const pass = async () => {
      if (this.latency > 0) await delay(this.latency);
      await this.passable;
    };
    return new Transform({ transform: (chunk: Buffer, _, done) => void pass().then(() => done(null, chunk)) });
  }
}

/** Node leaves a socket that is reset between its shutdown and the end of that open for ever, and a process that has one never ends. Source: libuv, uv_tcp_close_reset: UV_EINVAL. */
function reset(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
