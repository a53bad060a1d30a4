import { once } from 'node:events';
import { type Writable } from 'node:stream';

/** Where a command writes: results to `out`, all else to `err`. */
export interface Terminal {
  readonly out: Writable;
  readonly err: Writable;
}

/** Writes a line, and waits while the reader of a pipe is slower. */
export async function print({ out }: Terminal, line: string): Promise<void> {
  if (!out.write(`${line}\n`)) await once(out, 'drain');
}

export const printJson = (terminal: Terminal, value: unknown): Promise<void> => print(terminal, JSON.stringify(value, null, 2));

/** Columns as wide as their widest cell. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()).join('\n');
}
