import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '../wait-for.js';
import { Child } from './child.js';

let log: string;
beforeEach(async () => (log = join(await mkdtemp(join(tmpdir(), 'warren-child-')), 'log')));
afterEach(() => rm(join(log, '..'), { recursive: true }));

const start = (script: string) => Child.start({ command: process.execPath, args: ['-e', script], log });
const stubborn = "process.on('SIGTERM', () => undefined); console.log('up'); setInterval(() => undefined, 1000)";

describe('Child', () => {
  it('tells how it ended, and its last words', async () => {
    const child = start("console.log('one'); console.error('two'); process.exit(3)");
    await expect(child.ended).resolves.toBe('exit code 3');
    expect(child.end).toBe('exit code 3');
    expect(child.lastWords()).toBe('one | two');
  });

  it('has a group of its own, which Ctrl-C on our terminal does not reach', async () => {
    const child = start('setInterval(() => undefined, 1000)');
    expect(process.kill(-child.pid, 0)).toBe(true);
    await child.stop('SIGTERM', 5_000);
    expect(child.end).toBe('signal SIGTERM');
  });

  it('is killed when it does not stop by the deadline', async () => {
    const child = start(stubborn);
    await waitFor(() => child.lastWords() === 'up');
    await child.stop('SIGTERM', 50);
    expect(child.end).toBe('signal SIGKILL');
  });

  it('stops at once when it has ended already', async () => {
    const child = start('');
    await child.ended;
    await child.stop('SIGTERM', 5_000);
    expect(child.end).toBe('exit code 0');
  });

  it('says that a program is not there', async () => {
    const child = Child.start({ command: 'no-such-program', args: [], log });
    await expect(child.ended).resolves.toContain('ENOENT');
    expect(() => child.pid).toThrow('no-such-program could not be started.');
  });
});
