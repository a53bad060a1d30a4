import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './runner.js';

let folder: string;
let script: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'warren-runner-'));
  script = join(folder, 'script.js');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a runner', () => {
  it('gives what the program wrote and how it ended', async () => {
    writeFileSync(script, "console.log(process.argv[2], process.env.GREETED); process.exitCode = 3;");
    const ran = await run(script, ['hello'], { env: { GREETED: 'world' }, signal: new AbortController().signal });
    expect(ran).toEqual({ code: 3, output: 'hello world\n' });
  });

  it('ends the program when it is told to', async () => {
    writeFileSync(script, 'setInterval(() => undefined, 1000); process.disconnect?.();');
    const stopping = new AbortController();
    const running = run(script, [], { signal: stopping.signal });
    stopping.abort();
    await expect(running).resolves.toMatchObject({ code: null });
  });
});
