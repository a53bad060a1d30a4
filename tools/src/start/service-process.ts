import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { lastWords, sizeOf } from './log-file.js';
import { type Running } from './running.js';

/** How long a clean stop may take, in milliseconds; a service's own watchdog is shorter. */
const stopDeadline = 15_000;

export interface ServiceProcessOptions {
  /** Absolute path of its main.js. */
  program: string;
  /** Working folder: relative paths in settings are from here. */
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** Gets what it writes, appended. */
  log: string;
  /** Its port, told with the message that it is ready. */
  onReady: (port: number) => void;
}

/**
 * One process of a service, in a process group of its own so that Ctrl-C does not reach it. The IPC channel ties it to the supervisor:
 * over it comes `{ ready: true, port }`, and it ends by itself when the channel closes.
 */
export class ServiceProcess implements Running {
  readonly ready: Promise<void>;
  readonly ended: Promise<string>;

  private constructor(private readonly child: ChildProcess, { log, onReady }: ServiceProcessOptions, logStart: number) {
    this.ready = new Promise((resolve) => {
      child.on('message', (message) => {
        if (!isReady(message)) return;
        onReady(message.port);
        resolve();
      });
    });
    this.ended = new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code, signal) => resolve(endOf(code, signal, log, logStart)));
    });
  }

  static start(options: ServiceProcessOptions): ServiceProcess {
    const logStart = sizeOf(options.log);
    const output = openSync(options.log, 'a', 0o600);
    try {
      const child = spawn(process.execPath, [options.program], {
        cwd: options.cwd, env: options.env, detached: true, stdio: ['ignore', output, output, 'ipc'],
      });
      return new ServiceProcess(child, options, logStart);
    } finally {
      closeSync(output);
    }
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  async stop(): Promise<void> {
    const timer = setTimeout(() => this.child.kill('SIGKILL'), stopDeadline);
    this.child.kill('SIGTERM');
    await this.ended;
    clearTimeout(timer);
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}

function isReady(message: unknown): message is { ready: true; port: number } {
  return typeof message === 'object' && message !== null && 'ready' in message && 'port' in message && typeof message.port === 'number';
}

/** A service that refuses says why with its last words. */
function endOf(code: number | null, signal: NodeJS.Signals | null, log: string, logStart: number): string {
  if (signal) return `signal ${signal}`;
  return code === 1 ? lastWords(log, logStart) || 'exit code 1' : `exit code ${code ?? 'unknown'}`;
}
