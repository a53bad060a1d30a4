import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where a program is on this machine; undefined when it is not installed. `first`: folders that are looked into before those of PATH. */
export function findProgram(name: string, { env = process.env, first = ['/usr/sbin'] }: { env?: NodeJS.ProcessEnv; first?: readonly string[] } = {}): string | undefined {
  const folders = [...first, ...(env['PATH'] ?? '').split(delimiter)];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
