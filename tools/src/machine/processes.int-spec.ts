import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { end, isAlive, record } from './processes.js';

const sleeper = (script = 'setInterval(() => {}, 1000)') => spawn(process.execPath, ['-e', `${script}; console.log('up')`], { stdio: ['ignore', 'pipe', 'ignore'] });

describe('a recorded process', () => {
  it('is alive until it ends', async () => {
    const child = sleeper();
    const recorded = record(child.pid!);
    expect(isAlive(recorded)).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(isAlive(recorded)).toBe(false);
  });

  it('is not another one that got its pid', async () => {
    expect(isAlive({ ...record(process.pid), start: 'long ago' })).toBe(false);
    await end({ pid: process.pid, start: 'long ago' });
  });

  it('is killed when it does not end by the deadline', async () => {
    const child = sleeper("process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)");
    await once(child.stdout, 'data');
    const ended = once(child, 'exit');
    await end(record(child.pid!), 100);
    expect(await ended).toEqual([null, 'SIGKILL']);
  });
});
