import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { waitFor } from '../wait-for.js';

const run = promisify(execFile);

/**
 * Ends the server that a killed starter left behind on this folder, by the pid file in it: two servers on the same data destroy it.
 * A pid that meanwhile belongs to another program is left alone.
 */
export async function endLeftover(folder: string, pidFile: string): Promise<void> {
  const path = join(folder, pidFile);
  const pid = Number.parseInt(await readFile(path, 'utf8').catch(() => ''), 10);
  const works = async () => pid > 0 && (await detailsOf(pid)).includes(folder);
  if (await works()) {
    process.kill(pid, 'SIGTERM');
    await waitFor(async () => !(await works()), { timeout: 30_000, interval: 100, what: `the end of process ${pid}` });
  }
  await rm(path, { force: true });
}

/** A process's arguments and environment; empty when there is no such process, or it is somebody else's. */
async function detailsOf(pid: number): Promise<string> {
  if (process.platform !== 'linux') return (await run('ps', ['eww', '-o', 'command=', '-p', String(pid)]).catch(() => ({ stdout: '' }))).stdout;
  const files = await Promise.all(['cmdline', 'environ'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')));
  return files.join('\0');
}
