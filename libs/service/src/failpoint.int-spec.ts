import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Passes "b" three times and says so each time. It runs what was built. */
const program = `const { failpoint } = require(${JSON.stringify(join(__dirname, '../dist/failpoint.js'))});
for (const n of [1, 2, 3]) { failpoint('b'); process.stdout.write(String(n)); }`;

async function run(FAILPOINT: string): Promise<{ output: string; signal: unknown }> {
  const child = spawn(process.execPath, ['-e', program], { env: { FAILPOINT }, stdio: ['ignore', 'pipe', 'ignore'] });
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  const [, signal] = (await once(child, 'close')) as [unknown, unknown];
  return { output, signal };
}

describe('a failpoint', () => {
  it.each([
    ['ends the process where it is named', 'a,b', { output: '', signal: 'SIGKILL' }],
    ['ends it at the passing that is named', 'b:3', { output: '12', signal: 'SIGKILL' }],
    ['lets it pass where another is named', 'a,bb', { output: '123', signal: null }],
  ])('%s', async (_, named, end) => {
    await expect(run(named)).resolves.toEqual(end);
  });
});
