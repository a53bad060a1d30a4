import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts, waitFor } from '@warren/testing';
import { Container, pullImage } from '../machine/docker.js';
import { type PrivateServer } from './server-task.js';

const image = 'rabbitmq:4.2-management';
/** The image's own login; the ports are published on loopback only. */
const login = 'guest:guest';
const startDeadline = 90_000;

/** RabbitMQ's official image as a private server. Its data are in a named volume, as a container's user may not own a folder of the project. */
export class BrokerContainer implements PrivateServer {
  private running: Container | undefined;

  private constructor(
    /** Of the container and of its volume: one per run folder. */
    readonly container: string,
    private readonly log: string,
    private readonly ports: { amqp: number; management: number },
  ) {}

  /** Resolves when it takes connections. @throws Refusal when the image cannot be had, or the container's last words */
  static async start(folder: string): Promise<BrokerContainer> {
    mkdirSync(folder, { recursive: true });
    await pullImage(image);
    const [amqp = 0, management = 0] = await freePorts(2);
    const broker = new BrokerContainer(containerName(folder), join(folder, 'rabbitmq.log'), { amqp, management });
    await broker.launch();
    return broker;
  }

  get url(): string {
    return `amqp://${login}@127.0.0.1:${this.ports.amqp}`;
  }

  get managementUrl(): string {
    return `http://${login}@127.0.0.1:${this.ports.management}`;
  }

  get pid(): number {
    return this.running?.pid ?? 0;
  }

  get ended(): Promise<string> {
    return this.running?.ended ?? Promise.resolve('not running');
  }

  async stop(): Promise<void> {
    await this.running?.stop();
  }

  async kill(): Promise<void> {
    await this.running?.kill();
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.launch();
  }

  private async launch(): Promise<void> {
    const { amqp, management } = this.ports;
    this.running = await Container.start({
      image,
      name: this.container,
      ports: new Map([[amqp, 5672], [management, 15672]]),
      volumes: new Map([[this.container, '/var/lib/rabbitmq']]),
      log: this.log,
    });
    await Promise.race([this.answering(), this.running.ended.then((end) => Promise.reject(new Error(`RabbitMQ in Docker ended while it started (${end}): see ${this.log}`)))]);
  }

  private answering(): Promise<unknown> {
    const check = `http://127.0.0.1:${this.ports.management}/api/health/checks/alarms`;
    const request = () => fetch(check, { headers: { authorization: `Basic ${btoa(login)}` }, signal: AbortSignal.timeout(2_000) });
    return waitFor(async () => (await request()).ok, { timeout: startDeadline, interval: 200, what: 'the start of RabbitMQ in Docker' });
  }
}

/** Stable for a run folder, so that the next start finds the data. */
function containerName(folder: string): string {
  return `warren-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`;
}
