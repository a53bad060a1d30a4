import { spawn } from 'node:child_process';

export interface Ran {
  /** Null when a signal ended it. */
  code: number | null;
  output: string;
}

export interface RunOptions {
  env?: NodeJS.ProcessEnv;
  /** Ends the program. */
  signal: AbortSignal;
}

/** Runs a program of node_modules with the Node that runs this, shows what it writes as it comes, and keeps its standard output. */
export function run(script: string, args: readonly string[], { env, signal }: RunOptions): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'], signal, killSignal: 'SIGTERM' });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      process.stdout.write(chunk);
    });
    child.once('error', (error) => {
      if (!signal.aborted) reject(error);
    });
    child.once('close', (code) => resolve({ code, output }));
  });
}
