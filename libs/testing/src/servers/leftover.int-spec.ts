import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endLeftover } from './leftover.js';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'warren-leftover-'))));
afterEach(() => rm(folder, { recursive: true }));

async function sleeper(env: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, ['-e', "console.log('up'); setInterval(() => undefined, 1000)"], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  await writeFile(join(folder, 'server.pid'), `${child.pid ?? 0}\n`);
  return child;
}

describe('a server that a killed starter left behind', () => {
  it('is ended when it works on the folder', async () => {
    const child = await sleeper({ DATA: folder });
    const exit = once(child, 'exit');
    await endLeftover(folder, 'server.pid');
    await expect(exit).resolves.toEqual([null, 'SIGTERM']);
    expect(existsSync(join(folder, 'server.pid'))).toBe(false);
  });

  it('is left alone when its pid belongs to another program by now', async () => {
    const child = await sleeper({});
    await endLeftover(folder, 'server.pid');
    expect(child.exitCode).toBeNull();
    expect(process.kill(child.pid ?? 0, 0)).toBe(true);
    child.kill();
  });

  it('may be none', async () => {
    await expect(endLeftover(folder, 'server.pid')).resolves.toBeUndefined();
    await writeFile(join(folder, 'server.pid'), 'nonsense');
    await expect(endLeftover(folder, 'server.pid')).resolves.toBeUndefined();
  });
});
