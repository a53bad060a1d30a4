import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { onTeardown, type TestBroker } from '@warren/testing';

/** The consumers of till.cjs, or of another script, as a process that is started again whenever it ends, as a supervisor does. */
export class TillProcess {
  /** How often it was killed. */
  kills = 0;
  /** What it said on stderr: nothing, if all is well. */
  errors = '';
  private child: ChildProcess | undefined;
  private stopped = false;

  private constructor(
    private readonly broker: TestBroker,
    private readonly script: string,
  ) {}

  static of(broker: TestBroker, script = 'till.cjs'): TillProcess {
    const process = new TillProcess(broker, script);
    onTeardown(() => process.stop());
    return process;
  }

  start(): void {
    const env = { PATH: process.env['PATH'], AMQP_URL: this.broker.url, DATABASE_URL: process.env['DATABASE_URL'] };
    this.child = spawn(process.execPath, [join(__dirname, this.script)], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    this.child.stderr?.on('data', (data: Buffer) => (this.errors += data.toString()));
    this.child.once('exit', (_, signal) => {
      if (this.stopped) return;
      if (signal === 'SIGKILL') this.kills += 1;
      this.start();
    });
  }

  /** From outside. */
  kill(): boolean {
    return this.child?.kill('SIGKILL') ?? false;
  }

  /** For good. */
  stop(): Promise<void> {
    this.stopped = true;
    const { child } = this;
    return new Promise((resolve) => {
      if (!child || child.exitCode !== null || child.signalCode !== null) resolve();
      else child.once('exit', () => resolve()).kill('SIGKILL');
    });
  }
}
