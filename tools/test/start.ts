import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { onTeardown, waitFor } from '@warren/testing';
import { readRunFile, type RunFile } from '../src/start/run-file.js';

const program = join(__dirname, '../dist/start/main.js');

/** `npm start` on a workspace, without the launcher. */
export class Started {
  output = '';
  readonly exit: Promise<number | null>;

  private constructor(private readonly root: string, readonly child: ChildProcess) {
    const collect = (chunk: Buffer) => (this.output += chunk.toString());
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    this.exit = new Promise((resolve) => child.once('close', resolve));
    onTeardown(async () => {
      await this.stop();
    });
  }

  /** Fixed ports are free ones unless `env` says others. */
  static at(root: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Started {
    const all = { ...process.env, GATEWAY_PORT: '0', HTTPSERV_PORT: '0', ...env };
    return new Started(root, spawn(process.execPath, [program, ...args], { cwd: root, env: all, stdio: ['ignore', 'pipe', 'pipe'] }));
  }

  /** Resolves when it shows the URL. @throws with its output when it ended before */
  async ready(): Promise<RunFile> {
    await waitFor(() => this.output.includes('Warren runs at') || this.child.exitCode !== null, { timeout: 60_000, what: 'the start of Warren' });
    if (this.child.exitCode !== null) throw new Error(this.output);
    return this.run;
  }

  get run(): RunFile {
    const run = readRunFile(join(this.root, '.warren'));
    if (!run) throw new Error('There is no run.json.');
    return run;
  }

  async says(line: RegExp): Promise<void> {
    await waitFor(() => line.test(this.output), { timeout: 30_000, what: () => `a line ${String(line)} in ${this.output}` });
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.child.kill(signal);
    return this.exit;
  }
}
