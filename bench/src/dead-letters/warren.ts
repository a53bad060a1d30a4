import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { System } from '../harness/system.js';

/** Warren without load, and one service more: the shop. */
export class Warren {
  private constructor(private readonly system: System, private readonly shop: ChildProcess) {}

  /** Starts it on the broker and the database that are given. */
  static async start(servers: NodeJS.ProcessEnv): Promise<Warren> {
    const system = await System.start({ env: { ...servers, ORIG_INTERVAL: '3600000' } });
    const shop = fork(join(__dirname, 'shop.js'), [], { env: { ...process.env, AMQP_URL: servers['AMQP_URL'], LOG_LEVEL: 'error' } });
    await Promise.race([once(shop, 'message'), once(shop, 'exit').then(() => Promise.reject(new Error('The shop ended before it was ready.')))]);
    return new Warren(system, shop);
  }

  get url(): string {
    return this.system.url;
  }

  pid(service: string): number {
    return this.system.pid(service);
  }

  async stop(): Promise<void> {
    const ended = once(this.shop, 'exit');
    this.shop.kill('SIGTERM');
    await ended;
    await this.system.stop();
  }
}
