import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { waitFor } from '../wait-for.js';
import { brokerEnvironment, type BrokerPorts } from './broker-environment.js';
import { Child } from './child.js';
import { endLeftover } from './leftover.js';
import { assertFree, freePorts } from './ports.js';
import { findRabbitmqServer } from './rabbitmq-server.js';

export interface PrivateBrokerOptions {
  /** Gets all the node's data; kept between starts. */
  folder: string;
  /** AMQP. Default: a free one. */
  port?: number;
  /** The management API. Default: a free one. */
  managementPort?: number;
}

const login = 'guest:guest';
const startDeadline = 90_000;
const stopDeadline = 30_000;

/** A RabbitMQ node of our own, with its own port mapper, cookie and data, on loopback only. Source of each setting: stack.md. */
export class PrivateBroker {
  private epmd: Child | undefined;
  private node: Child | undefined;

  private constructor(readonly folder: string, private readonly ports: BrokerPorts) {}

  /**
   * Starts a node and resolves when it takes connections: 5 to 8 seconds.
   * @throws with one line for the user: RabbitMQ is not installed, a port is taken, or the node's last words.
   */
  static async start({ folder, port, managementPort }: PrivateBrokerOptions): Promise<PrivateBroker> {
    if (port !== undefined) await assertFree(port, 'the broker');
    if (managementPort !== undefined) await assertFree(managementPort, "the broker's management API");
    const [amqp, management, epmd, distribution] = (await freePorts(4)) as [number, number, number, number];
    const ports = { amqp: port ?? amqp, management: managementPort ?? management, epmd, distribution };
    const broker = new PrivateBroker(resolve(folder), ports);
    await broker.launch();
    return broker;
  }

  get url(): string {
    return `amqp://${login}@127.0.0.1:${this.ports.amqp}`;
  }

  get managementUrl(): string {
    return `http://${login}@127.0.0.1:${this.ports.management}`;
  }

  /** Of the node itself. */
  get pid(): number {
    if (this.node === undefined) throw new Error('The private broker is not running.');
    return this.node.pid;
  }

  /** Of the node, then of its port mapper: what a starter that may be killed writes down. */
  get pids(): number[] {
    return [this.node, this.epmd].flatMap((child) => child?.pid ?? []);
  }

  /** Resolves with how the node ended, also when nobody asked it to. */
  get ended(): Promise<string> {
    return this.node?.ended ?? Promise.resolve('not running');
  }

  /** Clean: the node first, then its port mapper. */
  async stop(): Promise<void> {
    await this.node?.stop('SIGTERM', stopDeadline);
    await this.epmd?.stop('SIGTERM', stopDeadline);
    this.node = this.epmd = undefined;
  }

  /** As a power cut; the data stay for restart(). */
  async kill(): Promise<void> {
    await this.node?.stop('SIGKILL', stopDeadline);
    await this.epmd?.stop('SIGKILL', stopDeadline);
    this.node = this.epmd = undefined;
  }

  /** The same ports and data again; stops cleanly first if it still runs. */
  async restart(): Promise<void> {
    await this.stop();
    await this.launch();
  }

  private async launch(): Promise<void> {
    const server = findRabbitmqServer();
    if (server === undefined) throw new Error('rabbitmq-server is not installed: install the package rabbitmq-server, or set AMQP_URL.');
    const env = await brokerEnvironment(this.folder, this.ports);
    await endLeftover(this.folder, 'rabbitmq.pid');
    await endLeftover(this.folder, 'epmd.pid');
    const log = join(this.folder, 'rabbitmq.log');
    this.epmd = Child.start({ command: 'epmd', args: ['-port', String(this.ports.epmd), '-address', '127.0.0.1'], env, log });
    await writeFile(join(this.folder, 'epmd.pid'), String(this.epmd.pid));
    this.node = Child.start({ command: server, args: [], env, log });
    try {
      await this.ready(this.node);
    } catch (error) {
      await this.kill();
      throw error;
    }
  }

  private async ready(node: Child): Promise<void> {
    await waitFor(async () => node.end !== undefined || (await this.answers()), { timeout: startDeadline, interval: 100, what: 'the start of RabbitMQ' });
    if (node.end !== undefined) throw new Error(`RabbitMQ ended while it started (${node.end}); see ${node.log}: ${node.lastWords()}`);
  }

  private async answers(): Promise<boolean> {
    const url = `http://127.0.0.1:${this.ports.management}/api/health/checks/alarms`;
    const response = await fetch(url, { headers: { authorization: `Basic ${btoa(login)}` }, signal: AbortSignal.timeout(2_000) });
    return response.ok;
  }
}
