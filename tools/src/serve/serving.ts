import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { inherited } from '../start/environment.js';
import { instanceName } from '../start/service-task.js';

export interface ServingOptions {
  root: string;
  /** Its Nx name. */
  service: string;
  /** The service's, from the root. */
  folder: string;
  /** What its processes in the running system got. */
  env: Record<string, string>;
}

/** Two programs side by side: tsc builds what is saved, the service's own files and its libraries', and node starts the service anew when its files change. */
export class Serving {
  private readonly children: ChildProcess[] = [];

  constructor(private readonly options: ServingOptions) {}

  /** Resolves when it was stopped. */
  async run(): Promise<void> {
    const { root, folder } = this.options;
    const compiler = this.start([join(root, 'node_modules/typescript/bin/tsc'), '-b', join(folder, 'tsconfig.build.json'), '--watch', '--preserveWatchOutput'], process.env, 'pipe');
    compiler.stdout?.on('data', (chunk: Buffer) => this.compiled(chunk.toString()));
    await once(compiler, 'exit');
    await Promise.all(this.children.map(ended));
  }

  stop(): void {
    this.children.forEach((child) => child.kill('SIGTERM'));
  }

  /** The service starts with the first build that has no errors; from then on node watches. */
  private compiled(output: string): void {
    process.stdout.write(output);
    if (this.children.length > 1 || !output.includes('Found 0 errors')) return;
    const { service, folder, env } = this.options;
    const own = { PORT: '0', WARREN_INSTANCE: instanceName(service) };
    this.start(['--watch', '--watch-preserve-output', join(folder, 'dist/main.js')], { ...inherited(process.env), ...env, ...own }, 'inherit');
  }

  private start(args: string[], env: NodeJS.ProcessEnv, output: 'pipe' | 'inherit'): ChildProcess {
    const child = spawn(process.execPath, args, { cwd: this.options.root, env, stdio: ['ignore', output, 'inherit'] });
    this.children.push(child);
    return child;
  }
}

const ended = (child: ChildProcess): Promise<unknown> => (child.exitCode === null && child.signalCode === null ? once(child, 'exit') : Promise.resolve());
