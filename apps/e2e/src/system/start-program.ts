import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { waitFor } from '@warren/testing';

const root = join(__dirname, '../../../..');
const readyDeadline = 120_000;

/** The program behind `npm start`, after its launcher has installed and built. */
export class StartProgram {
  /** All that it wrote. */
  output = '';
  readonly exit: Promise<number | null>;

  private constructor(private readonly child: ChildProcess) {
    const collect = (chunk: Buffer) => (this.output += chunk.toString());
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    this.exit = new Promise((resolve) => child.once('close', resolve));
  }

  static spawn(args: readonly string[], env: NodeJS.ProcessEnv): StartProgram {
    const program = join(root, 'tools/dist/start/main.js');
    return new StartProgram(spawn(process.execPath, [program, ...args], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] }));
  }

  /** Resolves when everything is ready. @throws with what it wrote when it ends before. */
  async ready(): Promise<void> {
    await waitFor(() => this.child.exitCode !== null || this.output.includes('Warren runs at'), { timeout: readyDeadline, what: 'the start of the system' });
    if (this.child.exitCode !== null) throw new Error(`npm start ended with exit code ${this.child.exitCode}: ${this.output}`);
  }

  async stop(): Promise<number | null> {
    this.child.kill('SIGTERM');
    return this.exit;
  }
}
