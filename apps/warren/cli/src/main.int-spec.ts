import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { waitFor } from '@warren/testing';
import { operation } from '../test/dead-letters.js';
import { FakeGateway } from '../test/fake-gateway.js';

const bin = join(__dirname, '../bin/warren.js');
let folder: string;
const start = (script: string, ...args: string[]) => spawn(process.execPath, [script, ...args], { env: { ...process.env, WARREN_FOLDER: folder, WARREN_URL: 'http://127.0.0.1:1' } });

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'warren-bin-'))));
afterEach(() => rmSync(folder, { recursive: true }));

describe('npx warren', () => {
  it('reads its settings from the environment and ends with the exit code of its command', async () => {
    const child = start(bin, 'state');
    const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    expect([said, code]).toEqual(['No gateway answers at http://127.0.0.1:1: run npm start, or set --url or WARREN_URL.\n', 1]);
  });

  it('leaves an operation running on Ctrl-C, and says so', async () => {
    const gateway = await FakeGateway.start();
    const { id } = operation();
    gateway.serves({ 'POST /api/v1/dead-letters/redrive': [operation()], [`GET /api/v1/operations/${id}`]: [operation({ done: 10 })] });
    const child = start(bin, '--url', gateway.url, 'dead-letters', 'redrive', '42');
    const ended = Promise.all([text(child.stderr), once(child, 'exit')]);
    await waitFor(() => gateway.asked.length > 1);
    child.kill('SIGINT');
    const [said, exit] = await ended;
    await gateway.close();
    expect(exit).toEqual([1, null]);
    expect(said).toContain(`The redrive goes on: see npx warren operations show ${id}`);
    expect(gateway.asked.filter(({ method }) => method !== 'GET')).toHaveLength(1);
  });

  it('ends without a word when the reader of its pipe has seen enough', async () => {
    mkdirSync(join(folder, 'logs'));
    writeFileSync(join(folder, 'logs', 'gateway.1.log'), 'a line\n'.repeat(100_000));
    const child = start(bin, 'logs', '--lines', '100000');
    child.stdout.once('data', () => child.stdout.destroy());
    const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    expect([said, code]).toEqual(['', 0]);
  });

  it('says how to build it where it is not built', async () => {
    cpSync(bin, join(folder, 'bin', 'warren.js'));
    const child = start(join(folder, 'bin', 'warren.js'), 'state');
    const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    expect([said, code]).toEqual(['The command line is not built: run npm start or npm run build once.\n', 1]);
  });
});
