import { closeSync, copyFileSync, fstatSync, openSync, readSync, rmSync, statSync, truncateSync } from 'node:fs';

/** Bytes after which a log starts anew; as much again is kept beside it. */
const longest = 20_000_000;

/**
 * Keeps a log from growing for ever: copied to `<log>.1`, where the disk has room, and emptied. Its writer goes on as it appends (O_APPEND);
 * what it writes between the two calls is lost, a few lines at most.
 */
export function rotate(file: string, limit = longest): void {
  if (sizeOf(file) < limit) return;
  try {
    copyFileSync(file, `${file}.1`);
  } catch {
    rmSync(`${file}.1`, { force: true });
  }
  truncateSync(file);
}

export const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** Why a process ended, by what it wrote after `from` (bytes): the last line that is an error, else the last line. */
export function lastWords(file: string, from: number): string {
  const lines = tail(file, from).trim().split('\n');
  return lines.findLast((line) => /^\w*Error\b.*: /.test(line)) ?? lines.at(-1) ?? '';
}

/** Without what comes before its last 4 kB. */
function tail(file: string, from: number): string {
  const log = openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(4_096);
    const length = readSync(log, buffer, 0, buffer.length, Math.max(from, fstatSync(log).size - buffer.length));
    return buffer.subarray(0, length).toString();
  } finally {
    closeSync(log);
  }
}
