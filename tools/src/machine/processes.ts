import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * When a process started, as the machine tells it: with the pid it names one process for ever, as pids are used again.
 * Undefined when there is none with that pid.
 */
export function startOf(pid: number): string | undefined {
  return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
}

/** A process by pid and start, as it was written down. */
export interface Recorded {
  pid: number;
  start: string;
}

export const record = (pid: number): Recorded => ({ pid, start: startOf(pid) ?? '' });
export const isAlive = ({ pid, start }: Recorded): boolean => start !== '' && startOf(pid) === start;

/** Ends a recorded process if it is still that one: SIGTERM, and SIGKILL when it has not ended by the deadline (milliseconds). */
export async function end(recorded: Recorded, deadline = 15_000): Promise<void> {
  const until = performance.now() + deadline;
  if (isAlive(recorded)) process.kill(recorded.pid, 'SIGTERM');
  while (isAlive(recorded) && performance.now() < until) await delay(50);
  if (isAlive(recorded)) process.kill(recorded.pid, 'SIGKILL');
  while (isAlive(recorded)) await delay(20);
}

/** proc(5), /proc/pid/stat: field 22 is the start in clock ticks since boot, field 3 the state (Z has ended). The name in field 2 may hold blanks. */
function fromProc(pid: number): string | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return fields[0] === 'Z' ? undefined : `${boot} ${fields[19] ?? ''}`;
  } catch {
    return undefined;
  }
}

function fromPs(pid: number): string | undefined {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim() || undefined;
  } catch {
    return undefined;
  }
}
