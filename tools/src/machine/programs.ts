import { spawn } from 'node:child_process';

export interface Ended {
  /** Exit code; null when it did not start, ended by a signal or took too long. */
  code: number | null;
  /** What it wrote to both its streams. */
  output: string;
}

/** Runs a program to its end and never throws. */
export function runProgram(file: string, args: readonly string[], options: { timeout?: number; env?: NodeJS.ProcessEnv } = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], env: options.env ?? process.env, timeout: options.timeout, killSignal: 'SIGKILL' });
    let output = '';
    const collect = (chunk: Buffer) => (output += chunk.toString());
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', (error) => resolve({ code: null, output: error.message }));
    child.once('close', (code) => resolve({ code, output: output.trim() }));
  });
}
