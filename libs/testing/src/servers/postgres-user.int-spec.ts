import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runPostgresAs } from './postgres-user.js';

const asRoot = process.getuid?.() === 0 ? describe : describe.skip;
let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'warren-user-'))));
afterEach(() => rm(folder, { recursive: true }));

asRoot('who Postgres runs as when we are root', () => {
  it('is the user postgres where that user may pass', async () => {
    await chmod(folder, 0o711);
    const { user, prefix } = await runPostgresAs([join(folder, 'data')]);
    expect(user?.uid).toBeGreaterThan(0);
    expect(prefix).toEqual([]);
  });

  it('is root under another number where that user may not pass', async () => {
    await chmod(folder, 0o700);
    const { user, prefix } = await runPostgresAs([join(folder, 'data')]);
    expect(user).toBeUndefined();
    expect(prefix.slice(0, 2)).toEqual(['unshare', '--user']);
  });

  it('is nobody, in one line that names the folder, where neither is possible', async () => {
    await chmod(folder, 0o700);
    const refused = runPostgresAs([join(folder, 'data')], () => Promise.resolve(false));
    await expect(refused).rejects.toThrow(`the user postgres may not enter ${folder}: move the project, "chmod o+x ${folder}", or set DATABASE_URL.`);
  });
});
