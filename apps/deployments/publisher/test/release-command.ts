import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

export interface Ran {
  code: number | null;
  out: string;
  err: string;
  /** Milliseconds until it ended. */
  took: number;
}

const bin = join(__dirname, '../bin/warren-release.js');

/** Runs the built command as a process of its own, with nothing else of Warren in its environment, until it ends by itself. */
export async function release(args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  const started = Date.now();
  const child = spawn(process.execPath, [bin, ...args], { env: { PATH: process.env['PATH'], ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit') as Promise<[number | null]>]);
  return { code, out, err, took: Date.now() - started };
}
