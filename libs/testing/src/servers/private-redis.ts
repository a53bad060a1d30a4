import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { waitFor } from '../wait-for.js';
import { Child } from './child.js';
import { accepts, freePort } from './ports.js';
import { findProgram } from './programs.js';

const startDeadline = 20_000;
const stopDeadline = 10_000;

/** Whether specs that need Redis can run here. */
export const hasRedis = (): boolean => findProgram('redis-server') !== undefined;

/** When its log of writes is on the disk: within a second, or before a write is answered. Source: Redis, persistence. */
export type Fsync = 'everysec' | 'always';

/** A Redis of our own on loopback, with its log of writes, so that what was stored a second ago survives a kill. */
export class PrivateRedis {
  private server: Child | undefined;

  private constructor(private readonly folder: string, readonly port: number, private readonly fsync: Fsync) {}

  /** @throws with one line for the user: Redis is not installed, or its last words */
  static async start({ folder, fsync = 'everysec' }: { folder: string; fsync?: Fsync }): Promise<PrivateRedis> {
    const redis = new PrivateRedis(resolve(folder), await freePort(), fsync);
    await mkdir(redis.folder, { recursive: true });
    await redis.restart();
    return redis;
  }

  /** @throws while it does not run */
  get pid(): number {
    if (!this.server) throw new Error('Redis does not run.');
    return this.server.pid;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    await this.server?.stop('SIGTERM', stopDeadline);
  }

  /** As a power cut; the data stay for restart(). */
  async kill(): Promise<void> {
    await this.server?.stop('SIGKILL', stopDeadline);
  }

  /** The same port and data again; stops cleanly first if it still runs. */
  async restart(): Promise<void> {
    await this.stop();
    const command = findProgram('redis-server');
    if (command === undefined) throw new Error('redis-server is not installed: install the package redis-server.');
    const args = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.folder, '--appendonly', 'yes', '--appendfsync', this.fsync, '--save', ''];
    const server = (this.server = Child.start({ command, args, log: join(this.folder, 'redis.log') }));
    await waitFor(async () => server.end !== undefined || (await accepts(this.port)), { timeout: startDeadline, interval: 50, what: 'the start of Redis' });
    if (server.end !== undefined) throw new Error(`Redis ended while it started (${server.end}): ${server.lastWords()}`);
  }
}
