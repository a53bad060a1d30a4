import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpuOf, peakOf } from './processes.js';

const linux = process.platform === 'linux' ? it : it.skip;
const busy = 'while (process.cpuUsage().user < 300_000);';

describe('what a process uses', () => {
  linux('counts the CPU of its children, also of those that have ended', async () => {
    const before = cpuOf(process.pid) ?? 0;

    await once(spawn(process.execPath, ['-e', busy]), 'exit');

    expect((cpuOf(process.pid) ?? 0) - before).toBeGreaterThan(250_000);
  });

  linux('has its peak memory in bytes', () => {
    expect(peakOf(process.pid)).toBeGreaterThan(20 * 2 ** 20);
  });

  it('is unknown for a process that is not there', () => {
    expect(cpuOf(2 ** 30)).toBeUndefined();
    expect(peakOf(2 ** 30)).toBeUndefined();
  });
});
