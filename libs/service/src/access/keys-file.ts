import { readFileSync, statSync } from 'node:fs';
import { KeyRecord } from '@warren/protocol';

export interface KeysFile {
  readonly records: readonly KeyRecord[];
  /** Lines that are no keys, each as one line for a log. */
  readonly problems: readonly string[];
}

/** Reads a keys file: one JSON object a line. A file that is not there holds no keys. @throws when it may not be read. */
export function readKeys(path: string): KeysFile {
  const records: KeyRecord[] = [];
  const problems: string[] = [];
  contentOf(path).split('\n').forEach((line, index) => {
    if (line.trim() === '') return;
    const record = KeyRecord.safeParse(jsonOf(line));
    if (record.success) records.push(record.data);
    else problems.push(`Line ${index + 1} of ${path} is no key: make it anew with "npx warren key", or remove it.`);
  });
  return { records, problems };
}

/** Changes whenever the file does. */
export function signatureOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat ? `${stat.ino} ${stat.mtimeMs} ${stat.size}` : '';
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
