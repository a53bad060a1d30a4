import { once } from 'node:events';
import { type Readable, type Writable } from 'node:stream';

/** Where a command reads what it is told, and writes: results to `out`, all else to `err`. */
export interface Terminal {
  readonly in: Readable;
  readonly out: Writable;
  readonly err: Writable;
}

/** Whether a person sits at that end. */
export const isTerminal = (stream: Readable | Writable): boolean => (stream as { isTTY?: boolean }).isTTY ?? false;

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

/** What came from outside, without the characters that make a terminal do something. */
export const harmless = (text: string): string => text.replaceAll(/(?![\n\t])\p{Cc}/gu, '\ufffd');

/** The same as one line of at most so many characters. */
export function brief(text: string, most = 60): string {
  const line = harmless(text).replaceAll(/\s+/g, ' ').trim();
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}

/** 1,204 dead letters. */
export const counted = (count: number, one: string, several = `${one}s`): string => `${count.toLocaleString('en')} ${count === 1 ? one : several}`;
