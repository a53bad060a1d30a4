import { type Listed } from './paging.js';
import { type Context } from './program.js';
import { print, printJson, table } from './terminal.js';

/** Prints a list as a table, or as JSON: its items. Whether there are none or more is said beside the result. */
export async function printList<T>({ json, terminal }: Context, { items, more }: Listed<T>, head: readonly string[], rowOf: (item: T) => string[]): Promise<void> {
  if (json()) await printJson(terminal, items);
  else if (items.length === 0) terminal.err.write('There are none.\n');
  else await print(terminal, table([head, ...items.map(rowOf)]));
  if (more) terminal.err.write(`There are more: see --limit.\n`);
}
