import { closeSync, copyFileSync, fstatSync, openSync, readSync, statSync, truncateSync } from 'node:fs';

/** Bytes after which a log starts anew; as much again is kept beside it. */
const longest = 20_000_000;

/**
 * Keeps a log from growing for ever: copied to `<log>.1` and emptied. Its writer goes on as it appends (O_APPEND);
 * what it writes between the two calls is lost, a few lines at most.
 */
export function rotate(file: string, limit = longest): void {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) < limit) return;
  copyFileSync(file, `${file}.1`);
  truncateSync(file);
}

export const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** The last line that was written after `from` (bytes), without what comes before its last 4 kB. */
export function lastLine(file: string, from: number): string {
  const log = openSync(file, 'r');
  try {
    const start = Math.max(from, fstatSync(log).size - 4_096);
    const tail = Buffer.alloc(4_096);
    return tail.subarray(0, readSync(log, tail, 0, tail.length, start)).toString().trim().split('\n').at(-1) ?? '';
  } finally {
    closeSync(log);
  }
}
