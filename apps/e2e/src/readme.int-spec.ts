import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { testBroker, testDatabase, waitFor } from '@warren/testing';

const root = join(__dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'warren-readme-'));

interface Step {
  command: string;
  /** What the README shows for it. */
  shown: string;
}

/** The fenced `sh` blocks of the tour, each with the `text` block that follows it. */
function tour(): Step[] {
  const text = /^## A tour\n(.*?)^## /ms.exec(readFileSync(join(root, 'README.md'), 'utf8'))?.[1] ?? '';
  return [...text.matchAll(/^```sh\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?/gms)].map(([, command = '', shown = '']) => ({ command, shown }));
}

/** Lines with their times alike, which differ from run to run. */
const linesOf = (output: string): string[] => output.split('\n').filter(Boolean).map((line) => line.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>'));

let system: ChildProcess;
let url = '';

beforeAll(async () => {
  const [broker, database] = [await testBroker(), await testDatabase()];
  const servers = { AMQP_URL: broker.url, AMQP_MANAGEMENT_URL: broker.managementUrl, DATABASE_URL: database.url };
  const env = { ...process.env, ...servers, WARREN_FOLDER: folder, GATEWAY_PORT: '0', HTTPSERV_PORT: '0', SENDER_PORT: '0', RECEIVER_PORT: '0' };
  system = spawn(process.execPath, ['tools/dist/start/main.js'], { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  system.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  url = await waitFor(() => /Warren runs at (\S+?),/.exec(output)?.[1], { timeout: 60_000, what: () => `the start of Warren (${output})` });
}, 90_000);

afterAll(async () => {
  const ended = once(system, 'exit');
  system.kill('SIGTERM');
  await ended;
  rmSync(folder, { recursive: true, force: true });
}, 30_000);

/** As a reader pastes it, but that the system listens elsewhere. */
function run(command: string) {
  const env = { ...process.env, WARREN_URL: url, WARREN_FOLDER: folder, PATH: [dirname(process.execPath), process.env.PATH].join(delimiter) };
  const here = command.replaceAll('http://127.0.0.1:8081', url);
  return spawnSync('bash', ['-euc', here], { cwd: root, env, encoding: 'utf8', timeout: 30_000 });
}

describe("the README's tour", () => {
  it('has steps to run', () => expect(tour().length).toBeGreaterThan(8));

  it.each(tour().map((step, index) => ({ ...step, number: index + 1 })))('works as it stands there, step $number', ({ command, shown }) => {
    const { status, stdout, stderr } = run(command);

    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
    const wanted = linesOf(shown);
    expect(linesOf(stdout).filter((line) => wanted.includes(line)).slice(0, wanted.length)).toEqual(wanted);
  }, 40_000);
});
