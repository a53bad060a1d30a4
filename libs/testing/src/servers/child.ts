import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';

export interface ChildOptions {
  command: string;
  args: readonly string[];
  env?: NodeJS.ProcessEnv;
  /** Gets standard output and error, appended. */
  log: string;
  uid?: number;
  gid?: number;
}

/** A server process in a group of its own, so the terminal's Ctrl-C does not reach it: who started it stops it, in order. */
export class Child {
  /** Resolves with how it ended: `exit code 1`, `signal SIGKILL`, or why it could not be started. */
  readonly ended: Promise<string>;
  end: string | undefined;
  private readonly stopWithUs = () => void this.process.kill('SIGTERM');

  private constructor(private readonly process: ChildProcess, readonly log: string) {
    this.ended = new Promise((resolve) => {
      process.once('error', (error) => resolve(error.message));
      process.once('exit', (code, signal) => resolve(signal ? `signal ${signal}` : `exit code ${code ?? 'unknown'}`));
    });
    globalThis.process.once('exit', this.stopWithUs);
    void this.ended.then((end) => {
      this.end = end;
      globalThis.process.off('exit', this.stopWithUs);
    });
  }

  static start({ command, args, env, log, uid, gid }: ChildOptions): Child {
    const output = openSync(log, 'a');
    try {
      return new Child(spawn(command, args, { env, uid, gid, detached: true, stdio: ['ignore', output, output] }), log);
    } finally {
      closeSync(output);
    }
  }

  /** @throws when it could not be started at all. */
  get pid(): number {
    if (this.process.pid === undefined) throw new Error(`${this.process.spawnfile} could not be started.`);
    return this.process.pid;
  }

  /** Sends the signal and waits for the end; at the deadline (milliseconds) kills. */
  async stop(signal: NodeJS.Signals, deadline: number): Promise<void> {
    if (this.end !== undefined) return;
    const timer = setTimeout(() => this.process.kill('SIGKILL'), deadline);
    this.process.kill(signal);
    await this.ended;
    clearTimeout(timer);
  }

  /** The last lines it wrote, joined into one. */
  lastWords(): string {
    const lines = readFileSync(this.log, 'utf8').split('\n').filter((line) => line.trim() !== '');
    return lines.slice(-3).join(' | ');
  }
}
