import { spawn, type ChildProcess } from 'node:child_process';
import { join, resolve } from 'node:path';
import { onTeardown, waitFor } from '@warren/testing';

export const root = join(__dirname, '../../../..');

export interface ProgramOptions {
  /** Default: the workspace's root. */
  cwd?: string;
  env?: NodeJS.ProcessEnv;
}

/** A program of Node as a user starts it; it is stopped at the end of the Jest file. */
export class Program {
  /** All that it wrote. */
  output = '';
  /** Its exit code; null when a signal ended it. */
  readonly exit: Promise<number | null>;

  private constructor(readonly child: ChildProcess) {
    const collect = (chunk: Buffer) => (this.output += chunk.toString());
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    this.exit = new Promise((resolve) => child.once('close', resolve));
    onTeardown(async () => {
      await this.stop();
    });
  }

  static start(script: string, args: readonly string[] = [], { cwd = root, env = process.env }: ProgramOptions = {}): Program {
    return new Program(spawn(process.execPath, [resolve(root, script), ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] }));
  }

  /** Resolves when it has written the text. @throws with what it wrote, when it ends before or takes longer. */
  async says(text: string, timeout = 10_000): Promise<void> {
    const ended = () => this.child.exitCode ?? this.child.signalCode;
    await waitFor(() => ended() !== null || this.output.includes(text), { timeout, what: `"${text}"` }).catch((error: unknown) => {
      throw new Error(this.output, { cause: error });
    });
    if (!this.output.includes(text)) throw new Error(`It ended (${ended() ?? ''}): ${this.output}`);
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.child.kill(signal);
    return this.exit;
  }
}
