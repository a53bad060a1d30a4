import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '@warren/testing';
import { root } from './program.js';

/** Milliseconds between an end and the next start, as `npm start` has it. */
const pause = 250;

/** A process of a service that is started again whenever it ends. It ends with the test file's process, too. */
export class Place {
  /** How often it has ended by itself or by a signal. */
  ends = 0;
  /** All that its processes wrote. */
  output = '';
  private process: ChildProcess;
  private port: number | undefined;
  private stopping = false;
  private next: NodeJS.ProcessEnv = {};
  private readonly watching: Promise<void>;

  /** @param script its compiled main.js, from the workspace's root */
  constructor(private readonly script: string, private readonly env: NodeJS.ProcessEnv) {
    this.process = this.launch();
    this.watching = this.watch();
  }

  /** Undefined in the moment between an end and the next start. */
  get pid(): number | undefined {
    return this.process.exitCode === null && this.process.signalCode === null ? this.process.pid : undefined;
  }

  /** Resolves with its address when it is ready. */
  async ready(timeout = 30_000): Promise<string> {
    const port = await waitFor(() => this.port, { timeout, what: () => `the start of ${this.script} (${this.output})` });
    return `http://127.0.0.1:${port}`;
  }

  signal(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }

  /** Ends it, and the next start has these settings besides; the one after that has not. */
  restart(more: NodeJS.ProcessEnv = {}): void {
    this.port = undefined;
    this.next = more;
    this.signal('SIGKILL');
  }

  async stop(): Promise<void> {
    this.stopping = true;
    this.process.kill('SIGTERM');
    this.process.kill('SIGCONT'); // a test that failed may have stopped it
    await this.watching;
  }

  private launch(): ChildProcess {
    this.port = undefined;
    const child = fork(resolve(root, this.script), [], { cwd: root, env: { ...this.env, ...this.next }, silent: true });
    this.next = {};
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    child.on('message', (message: { ready?: boolean; port?: number }) => (this.port = message.port));
    return child;
  }

  private async watch(): Promise<void> {
    while (await this.endedByItself()) {
      this.ends += 1;
      await delay(pause);
      this.process = this.launch();
      if (this.stopping) this.process.kill('SIGTERM');
    }
  }

  private async endedByItself(): Promise<boolean> {
    await once(this.process, 'exit');
    return !this.stopping;
  }
}
