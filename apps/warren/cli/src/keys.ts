import { createHash, randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { KeyRecord } from '@warren/protocol';
import { Failure } from './failure.js';

const mode = 0o600;

/** Makes a random key of 256 bits and adds its SHA-256 to the keys file; the key itself is kept nowhere. */
export function createKey(file: string, { name, role }: Pick<KeyRecord, 'name' | 'role'>): { key: string; record: KeyRecord } {
  const key = `wrn_${randomBytes(32).toString('base64url')}`;
  const sha256 = createHash('sha256').update(key).digest('hex');
  const record: KeyRecord = { id: randomBytes(4).toString('hex'), name, role, sha256, createdAt: new Date().toISOString() };
  explained(file, () => {
    mkdirSync(dirname(file), { recursive: true });
    appendFileSync(file, `${JSON.stringify(record)}\n`, { mode });
  });
  return { key, record };
}

/** Removes a key from the file. @throws Failure when there is none of that id. */
export function revokeKey(file: string, id: string): KeyRecord {
  const lines = explained(file, () => readFileSync(file, 'utf8')).split('\n').filter(Boolean);
  const gone = lines.map(recordOf).find((record) => record?.id === id);
  if (!gone) throw new Failure(`There is no key ${id} in ${file}.`);
  const rest = lines.filter((line) => recordOf(line)?.id !== id);
  explained(file, () => replace(file, rest.map((line) => `${line}\n`).join('')));
  return gone;
}

/** As a whole: a gateway that reads meanwhile sees the old file or the new one. */
function replace(file: string, text: string): void {
  writeFileSync(`${file}.next`, text, { mode });
  renameSync(`${file}.next`, file);
}

function recordOf(line: string): KeyRecord | undefined {
  try {
    return KeyRecord.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

function explained<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new Failure(`The keys file ${file} cannot be used (${(error as Error).message}): set WARREN_KEYS_FILE to one that can.`);
  }
}
