import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Refusal, hasCode, reason } from '../terminal/refusal.js';

const Secrets = z.record(z.string(), z.string());

/** The password of that name, made when it is first asked for and kept beside the data: `secrets.json` in the run folder, mode 0600. */
export function secret(folder: string, name: string): string {
  const file = join(folder, 'secrets.json');
  const known = read(file);
  const value = known[name] ?? randomBytes(24).toString('base64url');
  if (known[name] === undefined) writeFileSync(file, JSON.stringify({ ...known, [name]: value }, null, 2), { mode: 0o600 });
  return value;
}

function read(file: string): Record<string, string> {
  try {
    return Secrets.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return {};
    throw new Refusal(`${file} cannot be read (${reason(error)}): restore it, or delete the folder with all its data.`);
  }
}
