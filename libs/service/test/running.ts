import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { waitFor } from '@warren/testing';

/** The service of service.cjs as a process, with an IPC channel as its supervisor has. */
export class Running {
  out = '';
  err = '';
  readonly messages: unknown[] = [];
  readonly ended: Promise<number | null>;

  private constructor(readonly process: ChildProcess) {
    process.stdout?.on('data', (data: Buffer) => (this.out += data.toString()));
    process.stderr?.on('data', (data: Buffer) => (this.err += data.toString()));
    process.on('message', (message) => this.messages.push(message));
    // Not "close": it does not come once the channel was disconnected from here.
    const outputEnds = [process.stdout, process.stderr].map((stream) => stream && once(stream, 'close'));
    this.ended = Promise.all([once(process, 'exit'), ...outputEnds]).then(([[code]]) => code as number | null);
  }

  static start(env: NodeJS.ProcessEnv): Running {
    return new Running(fork(join(__dirname, 'service.cjs'), { env: { PATH: process.env['PATH'], ...env }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] }));
  }

  /** Where it listens, as soon as it does. */
  url(): Promise<string> {
    return waitFor(() => /Listening on (http:[^"]+)/.exec(this.out)?.[1], { what: `listening (${this.err})` });
  }

  /** Its log as objects. */
  get log(): Record<string, unknown>[] {
    return this.out.split('\n').filter(Boolean).map((line) => JSON.parse(line) as Record<string, unknown>);
  }
}
