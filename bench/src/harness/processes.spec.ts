import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpuOf, peakOf } from './processes.js';

const linux = process.platform === 'linux' ? it : it.skip;
const busy = 'for (let used = 0; used < 100_000; ) { const { user, system } = process.cpuUsage(); used = user + system; }';

describe('what a process uses', () => {
  linux('counts the CPU of its children, also of those that have ended', async () => {
    const before = cpuOf(process.pid) ?? 0;

    await once(spawn(process.execPath, ['-e', busy]), 'exit');

    expect((cpuOf(process.pid) ?? 0) - before).toBeGreaterThanOrEqual(100_000);
  });

  linux('has its peak memory in bytes', () => {
    expect(peakOf(process.pid)).toBeGreaterThan(20 * 2 ** 20);
  });

  it('is unknown for a process that is not there', () => {
    expect(cpuOf(2 ** 30)).toBeUndefined();
    expect(peakOf(2 ** 30)).toBeUndefined();
  });
});
