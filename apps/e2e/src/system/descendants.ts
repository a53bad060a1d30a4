import { execFileSync } from 'node:child_process';

interface Descendant {
  pid: number;
  /** The command line. */
  command: string;
}

/** All that a process has started, and what they have started. */
export function descendants(pid: number): Descendant[] {
  const rows = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).trim().split('\n').map(readRow);
  const of = (parent: number): Descendant[] => rows.filter((row) => row.parent === parent).flatMap(({ pid: child, command }) => [{ pid: child, command }, ...of(child)]);
  return of(pid);
}

function readRow(row: string): Descendant & { parent: number } {
  const [pid = '', parent = '', ...command] = row.trim().split(/\s+/);
  return { pid: Number(pid), parent: Number(parent), command: command.join(' ') };
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
