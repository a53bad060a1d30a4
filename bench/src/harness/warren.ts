import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { System } from './system.js';

export interface WarrenOptions {
  /** The compiled script of the service that is added. */
  service: string;
  /** Broker, database, and settings of Warren's own services. */
  env: NodeJS.ProcessEnv;
}

/** Warren without load, and one service more. */
export class Warren {
  private constructor(private readonly system: System, private readonly service: ChildProcess) {}

  static async start({ service, env }: WarrenOptions): Promise<Warren> {
    const system = await System.start({ args: ['--flows', 'signal'], env: { ...env, ORIG_INTERVAL: '3600000' } });
    const child = fork(service, [], { env: { ...process.env, AMQP_URL: env['AMQP_URL'], LOG_LEVEL: 'error' } });
    await Promise.race([once(child, 'message'), once(child, 'exit').then(() => Promise.reject(new Error(`${service} ended before it was ready.`)))]);
    return new Warren(system, child);
  }

  get url(): string {
    return this.system.url;
  }

  pid(service: string): number {
    return this.system.pid(service);
  }

  async stop(): Promise<void> {
    const ended = once(this.service, 'exit');
    this.service.kill('SIGTERM');
    await ended;
    await this.system.stop();
  }
}
