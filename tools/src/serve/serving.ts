import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { compiled, inherited } from '../start/environment.js';
import { instanceName } from '../start/service-task.js';
import { Transpiler } from './transpiler.js';

export interface ServingOptions {
  root: string;
  /** Its Nx name. */
  service: string;
  /** From the root. */
  folder: string;
  /** What its processes in the running system got. */
  env: Record<string, string>;
}

/** Three side by side: what is saved is transpiled at once, node starts the service anew when its files change, and tsc says what is wrong with types. */
export class Serving {
  private readonly transpiler: Transpiler;
  private readonly children: ChildProcess[];

  constructor({ root, service, folder, env }: ServingOptions) {
    const run = (args: string[], more: Record<string, string> = {}) =>
      spawn(process.execPath, args, { cwd: root, env: { ...compiled(root), ...inherited(process.env), ...more }, stdio: ['ignore', 'inherit', 'inherit'] });
    this.transpiler = new Transpiler(root, folder);
    const program = run(['--watch', '--watch-preserve-output', join(folder, 'dist/main.js')], { ...env, PORT: '0', WARREN_INSTANCE: instanceName(service) });
    const checker = run([join(root, 'node_modules/typescript/bin/tsc'), '-p', folder, '--noEmit', '--watch', '--preserveWatchOutput']);
    if (checker.pid !== undefined) setPriority(checker.pid, 10);
    this.children = [program, checker];
  }

  /** Ends when one of its programs has ended, and takes the other with it. */
  async ended(): Promise<void> {
    await Promise.race(this.children.map((child) => once(child, 'exit')));
    this.stop();
    await Promise.all(this.children.filter(isRunning).map((child) => once(child, 'exit')));
  }

  stop(): void {
    this.transpiler.close();
    this.children.forEach((child) => child.kill('SIGTERM'));
  }
}

const isRunning = ({ exitCode, signalCode }: ChildProcess) => exitCode === null && signalCode === null;
