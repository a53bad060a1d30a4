import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { record } from '../machine/processes.js';
import { Refusal } from '../terminal/refusal.js';
import { compiled, inherited } from './environment.js';
import { type RunFile } from './run-file.js';
import { type Task } from './running.js';
import { ServiceProcess } from './service-process.js';
import { type Service } from './workspace.js';

export interface ServiceTaskOptions {
  root: string;
  /** The run folder. */
  folder: string;
  service: Service;
  /** From 1. */
  number: number;
  /** What the process gets besides the environment of `npm start`. */
  env: Record<string, string>;
}

/** One place in a service's row of processes: whatever process fills it is an instance with a name of its own. */
export class ServiceTask implements Task {
  readonly name: string;
  readonly log: string;
  port: number | undefined;
  private instance = '';
  private process: ServiceProcess | undefined;

  constructor(private readonly options: ServiceTaskOptions) {
    const { service, number, folder } = options;
    this.name = `${service.name}.${number}`;
    this.log = join(folder, 'logs', `${this.name}.log`);
  }

  get service(): Service {
    return this.options.service;
  }

  get number(): number {
    return this.options.number;
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- a Task's start is asynchronous: what this throws must reject
  async start(): Promise<ServiceProcess> {
    const { root, service, env } = this.options;
    const program = join(root, service.folder, 'dist/main.js');
    if (!existsSync(program)) throw new Refusal(`${service.folder}/dist/main.js is missing: list ${service.folder}/tsconfig.build.json in the root's tsconfig.json.`);
    this.instance = instanceName(service.name);
    this.port = undefined;
    this.process = ServiceProcess.start({
      program,
      cwd: root,
      env: { ...compiled(root), ...inherited(process.env), ...env, WARREN_INSTANCE: this.instance },
      log: this.log,
      onReady: (port) => (this.port = port),
    });
    return this.process;
  }

  /** What run.json tells of it. */
  describe(): RunFile['services'][number] {
    const { service, number, env } = this.options;
    const process = this.process?.pid === undefined ? undefined : record(this.process.pid);
    return { service: service.name, number, instance: this.instance, folder: service.folder, process, port: this.port, log: this.log, env };
  }
}

/** `signal-imed-3f9a`: unique enough among the processes of one service. */
export const instanceName = (service: string): string => `${service}-${randomBytes(2).toString('hex')}`;
