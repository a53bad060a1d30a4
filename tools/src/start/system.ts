import { setTimeout as delay } from 'node:timers/promises';
import { assertSpace } from '../machine/disk.js';
import { Refusal, reason } from '../terminal/refusal.js';
import { type Steps } from '../terminal/steps.js';
import { chooseBroker } from './broker.js';
import { reachable } from './environment.js';
import { rotate } from './log-file.js';
import { removeRunFile, writeRunFile, type RunFile } from './run-file.js';
import { startServers, type Servers } from './servers.js';
import { type ServiceTask } from './service-task.js';
import { serviceTasks, type ServicePlan } from './service-tasks.js';
import { Supervisor, rank, type Rank } from './supervisor.js';
import { type Service } from './workspace.js';

const readyDeadline = 60_000;
const rotateEvery = 30_000;

export interface SystemOptions extends ServicePlan {
  steps: Steps;
  /** Whether a Debian package may be installed. */
  install: boolean;
}

/** The running system: broker, database and every service's processes, supervised. */
export class System {
  readonly services: ServiceTask[] = [];
  servers: Servers | undefined;
  private readonly supervisor: Supervisor;
  readonly startedAt = new Date().toISOString();
  private readonly rotating: NodeJS.Timeout;

  constructor(private readonly options: SystemOptions) {
    this.supervisor = new Supervisor({ report: (line) => options.steps.say(line), changed: () => this.writeRunFile() });
    this.rotating = setInterval(() => this.logs.forEach((log) => rotate(log)), rotateEvery);
  }

  /** Where the gateway answers. */
  get url(): string {
    const gateway = this.options.ports.find(({ service }) => service.flow === undefined);
    return `http://${reachable(this.options.settings.host)}:${gateway?.port ?? 0}`;
  }

  /** Resolves when all are ready. @throws Refusal in one line; what was started by then still runs until stop() */
  async start(): Promise<void> {
    try {
      await this.startAll();
    } catch (error) {
      assertSpace(this.options.settings.folder); // a disk that has filled meanwhile shows as all sorts of errors
      throw error;
    }
  }

  /** Stops all in order. */
  async stop(): Promise<void> {
    clearInterval(this.rotating);
    await this.supervisor.stop();
    removeRunFile(this.options.settings.folder);
  }

  /** Ends all at once. */
  async kill(): Promise<void> {
    await this.supervisor.kill();
    removeRunFile(this.options.settings.folder);
  }

  private async startAll(): Promise<void> {
    const { settings, steps, install } = this.options;
    this.servers = await startServers(await chooseBroker(settings, { install, steps }), settings, this.supervisor, steps);
    const tasks = await serviceTasks(this.servers, this.options);
    await this.startServices(tasks.filter(({ service }) => service.flow === undefined));
    await this.startServices(tasks.filter(({ service }) => service.flow !== undefined));
  }

  private get logs(): string[] {
    return [...this.services, this.servers?.brokerTask, this.servers?.databaseTask].flatMap((task) => task?.log ?? []);
  }

  private async startServices(tasks: readonly ServiceTask[]): Promise<void> {
    const names = [...new Set(tasks.map(({ service }) => service.name))];
    if (names.length === 0) return;
    this.services.push(...tasks);
    await this.options.steps.run(names.join(', '), () => Promise.all(tasks.map((task) => this.startService(task))));
  }

  private async startService(task: ServiceTask): Promise<void> {
    try {
      await within(readyDeadline, this.supervisor.start(task, rankOf(task.service)));
    } catch (error) {
      throw new Refusal(`${task.name} did not start: ${reason(error)} (its log: ${task.log})`);
    }
  }

  /** A full disk must not end what runs. */
  private writeRunFile(): void {
    try {
      if (this.servers) writeRunFile(this.options.settings.folder, this.describe(this.servers));
    } catch (error) {
      this.options.steps.say(`run.json is out of date: ${reason(error)}`);
    }
  }

  private describe({ broker, brokerTask, databaseUrl, databaseTask }: Servers): RunFile {
    return {
      pid: process.pid,
      startedAt: this.startedAt,
      url: this.url,
      broker: { url: broker.url, managementUrl: broker.managementUrl, container: broker.container, processes: brokerTask?.processes ?? [] },
      database: { url: databaseUrl, processes: databaseTask?.processes ?? [] },
      services: this.services.map((task) => task.describe()),
    };
  }
}

function rankOf({ flow, needs }: Service): Rank {
  if (flow !== undefined) return rank.flows;
  return needs.port ? rank.gateway : rank.observer;
}

/** @throws when the work takes longer, in milliseconds */
async function within<T>(deadline: number, work: Promise<T>): Promise<T> {
  const done = new AbortController();
  const late = delay(deadline, undefined, { signal: done.signal }).then(() => Promise.reject(new Error(`not ready after ${deadline / 1000} s`)));
  late.catch(() => undefined);
  return Promise.race([work, late]).finally(() => done.abort());
}
