import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, waitFor } from '@warren/testing';

/** When Redis's log of writes is on the disk: within a second, or before a write is answered. Source: Redis, persistence. */
export type Fsync = 'everysec' | 'always';

/** A Redis of our own on loopback, in a temporary folder, with its log of writes. */
export class PrivateRedis {
  private constructor(private readonly child: ChildProcess, private readonly folder: string, readonly port: number) {}

  /** @throws with one line where Redis is not installed or does not start */
  static async start(fsync: Fsync): Promise<PrivateRedis> {
    const [folder, port] = [await mkdtemp(join(tmpdir(), 'warren-bench-')), await freePort()];
    const args = ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder, '--save', '', '--appendonly', 'yes', '--appendfsync', fsync];
    const child = spawn('redis-server', args, { stdio: 'ignore' });
    process.once('exit', () => child.kill());
    try {
      await Promise.race([failureOf(child), waitFor(() => answers(port), { what: 'the start of Redis' })]);
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
    return new PrivateRedis(child, folder, port);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
    await rm(this.folder, { recursive: true, force: true });
  }
}

function failureOf(child: ChildProcess): Promise<never> {
  return new Promise((_, reject) => {
    child.once('error', () => reject(new Error('redis-server is not installed: install the package redis-server.')));
    child.once('exit', () => reject(new Error('redis-server ended before it was ready.')));
  });
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  try {
    socket.write('PING\r\n');
    const [answer] = (await once(socket, 'data')) as [string];
    return answer.startsWith('+PONG');
  } finally {
    socket.destroy();
  }
}
