import { record, type Recorded } from '../machine/processes.js';
import { type Running, type Task } from './running.js';

/** What @warren/testing's private servers have in common. */
export interface PrivateServer {
  readonly pid: number;
  /** With its helpers' pids, itself first. */
  readonly pids?: readonly number[];
  readonly ended: Promise<string>;
  stop(): Promise<void>;
  kill(): Promise<void>;
  /** Same ports and data again. */
  restart(): Promise<void>;
}

/** A private server as a task: the first start makes it, later ones start the same again. */
export class ServerTask<S extends PrivateServer> implements Task {
  /** Of the last start, the server itself first. */
  processes: Recorded[] = [];
  private server: S | undefined;

  constructor(
    readonly name: string,
    /** The file it writes to. */
    readonly log: string,
    private readonly make: () => Promise<S>,
  ) {}

  /** @throws before the first start */
  get running(): S {
    if (!this.server) throw new Error(`${this.name} has not been started.`);
    return this.server;
  }

  async start(): Promise<Running> {
    if (this.server) await this.server.restart();
    const server = (this.server ??= await this.make());
    this.processes = (server.pids ?? [server.pid]).map(record);
    return { pid: server.pid, ready: Promise.resolve(), ended: server.ended, stop: () => server.stop(), kill: () => server.kill() };
  }
}
