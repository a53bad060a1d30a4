import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeyRecord } from '@warren/protocol';
import { warren } from '../../test/warren.js';

let folder: string;
const key = (...args: string[]) => warren(['key', ...args], { folder });
const file = () => readFileSync(join(folder, 'keys.jsonl'), 'utf8');
const records = () => file().split('\n').filter(Boolean).map((line) => KeyRecord.parse(JSON.parse(line)));

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'warren-key-'))));
afterEach(() => rmSync(folder, { recursive: true }));

describe('warren key', () => {
  it('prints a key of 256 random bits and keeps only its hash', async () => {
    const { code, out } = await key('--role', 'operator', '--name', 'ci');
    expect(code).toBe(0);
    expect(out).toMatch(/^wrn_[\w-]{43}\n$/);
    expect(records()).toEqual([expect.objectContaining({ name: 'ci', role: 'operator', sha256: createHash('sha256').update(out.trim()).digest('hex') })]);
    expect(file()).not.toContain(out.trim());
  });

  it('makes the file for its user alone, and its folder', async () => {
    await warren(['key'], { keysFile: join(folder, 'deep', 'keys.jsonl') });
    expect(statSync(join(folder, 'deep', 'keys.jsonl')).mode & 0o777).toBe(0o600);
  });

  it('gives the least role where none is asked for', async () => {
    await key();
    expect(records()[0]?.role).toBe('viewer');
  });

  it('knows no other role', async () => expect((await key('--role', 'boss')).code).toBe(2));

  it('revokes by id and leaves the others', async () => {
    const { id } = JSON.parse((await key('--name', 'gone', '--json')).out) as { id: string };
    await key('--name', 'stays');
    expect(await key('--revoke', id)).toMatchObject({ code: 0, out: `Key ${id} of gone (viewer) works no longer.\n` });
    expect(records().map(({ name }) => name)).toEqual(['stays']);
    expect(await key('--revoke', id)).toMatchObject({ code: 1, err: `There is no key ${id} in ${join(folder, 'keys.jsonl')}.\n` });
  });

  it('says in one line when the file cannot be used', async () => {
    const { code, err } = await warren(['key'], { keysFile: folder });
    expect([code, err]).toEqual([1, expect.stringMatching(/^The keys file .* cannot be used .*: set WARREN_KEYS_FILE to one that can\.\n$/)]);
  });
});
