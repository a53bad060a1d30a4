import { globSync, readFileSync } from 'node:fs';

/** Linux counts CPU time in hundredths of a second (USER_HZ, proc(5)). */
const tick = 10_000;

/**
 * Microseconds of CPU that a process and all below it have used since they started.
 * @returns undefined where the system has no /proc.
 */
export function cpuOf(pid: number): number | undefined {
  const all = stats();
  if (!all.has(pid)) return undefined;
  const tree = [pid];
  for (const parent of tree) tree.push(...[...all].filter(([, one]) => one.parent === parent).map(([child]) => child));
  return tree.reduce((sum, one) => sum + (all.get(one)?.ticks ?? 0), 0) * tick;
}

/** Peak resident set of one process in bytes; undefined where the system has no /proc. */
export const peakOf = (pid: number): number | undefined => bytesOf(pid, /VmHWM:\s*(\d+) kB/);

/** Resident set of one process now, in bytes; undefined where the system has no /proc. */
export const residentOf = (pid: number): number | undefined => bytesOf(pid, /VmRSS:\s*(\d+) kB/);

function bytesOf(pid: number, line: RegExp): number | undefined {
  const kilobytes = line.exec(read(`/proc/${pid}/status`))?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

/** Of each process: its parent, and its ticks with those of its children that have ended (proc(5), /proc/pid/stat). */
function stats(): Map<number, { parent: number; ticks: number }> {
  const found = globSync('/proc/[0-9]*/stat').map((file) => {
    // The program's name, in parentheses, may hold blanks: the fields after it are counted from its end.
    const fields = read(file).replace(/^.*\) /s, '').split(' ').map(Number);
    const [parent = 0, ticks] = [fields[1], fields.slice(11, 15).reduce((sum, one) => sum + one, 0)];
    return [Number(file.split('/')[2]), { parent, ticks }] as const;
  });
  return new Map(found);
}

/** '' for a process that has ended meanwhile. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
