import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasRedis, waitFor } from '@warren/testing';

const folder = join(__dirname, '..');
const node = process.execPath;

/** The compiled bench, on the broker and the database of the tests. */
const bench = (...args: string[]) => spawnSync(node, [join(folder, 'dist/main.js'), '--rounds', '1', '--messages', '400', ...args], { encoding: 'utf8' });

/** `npm test` installs it, and says so where it may not. */
const redis = hasRedis() ? it : it.skip;

beforeAll(() => {
  execFileSync(node, [require.resolve('typescript/bin/tsc'), '-b', join(folder, 'tsconfig.build.json')]);
}, 120_000);

describe('npm run bench', () => {
  it('carries the load through every pipeline without a journal and prints JSON lines', () => {
    const { stdout, stderr } = bench('--only', '1', '--json');

    expect(stderr).toBe('');
    const lines = stdout.trim().split('\n').map((line) => JSON.parse(line) as object);
    const numbers = { bench: 1, ours: expect.any(Number), peer_value: expect.any(Number), ratio: expect.any(Number), runs: 1 };
    expect(lines).toEqual([
      { ...numbers, peer: 'raw amqplib', target: 0.85 },
      { ...numbers, peer: 'golevelup', target: null },
    ]);
  }, 60_000);

  it('waits until the observer has journalled every message, and accounts for it', () => {
    const { stdout, stderr } = bench('--only', '2');

    expect(stderr).toBe('');
    expect(stdout).toMatch(/^Warren with journal: .* messages\/s/m);
    expect(stdout).toMatch(/CPU µs per message: .*observer \d+\.\d/);
    expect(stdout).toMatch(/^bench 2: \d+ against \d+ of raw amqplib in 1 rounds: ratio/m);
  }, 60_000);

  it('shows dead letters and redrives all of them, and says what it took', () => {
    const { stdout, stderr } = bench('dead-letters', '--letters', '400', '--json');

    expect(stderr).toBe('');
    const lines = stdout.trim().split('\n').map((line) => JSON.parse(line) as object);
    expect(lines).toContainEqual({ bench: 'dead-letters', letters: 400, page: 'a page of groups', median: expect.any(Number), p99: expect.any(Number), target: 200 });
    expect(lines.at(-1)).toMatchObject({ redriven: expect.any(Number), memory: { observer: { begin: expect.any(Number) }, gateway: { peak: expect.any(Number) } } });
  }, 90_000);

  it('fills a journal, finds journeys in it, reads out a log beside a plain file, and puts more in', () => {
    const { stdout, stderr } = bench('journal', '--json');

    expect(stderr).toBe('');
    const lines = stdout.trim().split('\n').map((line) => JSON.parse(line) as object);
    const numbers = { bench: 'journal', messages: 400 };
    expect(lines).toContainEqual({ ...numbers, page: 'a journey by the id of a message', median: expect.any(Number), p99: expect.any(Number), target: 10 });
    expect(lines).toContainEqual(expect.objectContaining({ ...numbers, peer: 'a plain file', ratio: expect.any(Number), target: 0.333 }));
    const ingested = { ...numbers, ingested: expect.any(Number), peer: 'through a queue alone', peer_value: expect.any(Number), ratio: expect.any(Number) };
    expect(lines.slice(-2)).toEqual([{ ...ingested, size: 1_000, target: null }, { ...ingested, size: 13_000, target: 5_000 }]);
  }, 90_000);

  redis('delivers the same by each rival', () => {
    const { stdout, stderr } = bench('deliveries', '--json', '--delays', '5');

    expect(stderr).toBe('');
    const lines = stdout.trim().split('\n').map((line) => JSON.parse(line) as object);
    const numbers = { bench: 'deliveries', ours: expect.any(Number), peer_value: expect.any(Number), ratio: expect.any(Number), runs: 1 };
    const peers = [{ peer: 'undici', target: 0.8 }, { peer: 'BullMQ, fsync everysec', target: 1.5 }, { peer: 'BullMQ, fsync always', target: null }];
    expect(lines).toEqual(peers.map((peer) => ({ ...numbers, ...peer, delay: 5 })));
  }, 90_000);

  redis('has Warren and a rival of each kind do every job once, also those that fail at first, however the jobs come', () => {
    const { stdout, stderr } = bench('jobs', '--json', '--messages', '50', '--concurrency', '5', '--rivals', 'Warren,BullMQ (Redis always),pg-boss,graphile-worker');

    expect(stderr).toBe('');
    const lines = stdout.trim().split('\n').map((line) => JSON.parse(line) as object);
    const numbers = { bench: 'jobs', concurrency: 5, ours: expect.any(Number), peer_value: expect.any(Number), ratio: expect.any(Number), runs: 1 };
    const peers = ['BullMQ (Redis always)', 'pg-boss', 'graphile-worker'].map((peer) => ({ peer, target: 1 }));
    expect(lines).toEqual([true, false].flatMap((beforehand) => peers.map((peer) => ({ ...numbers, ...peer, beforehand }))));
  }, 180_000);

  it('ended by a signal stops the servers that it has started', async () => {
    const temporary = mkdtempSync(join(tmpdir(), 'warren-ended-'));
    const { AMQP_URL, AMQP_MANAGEMENT_URL, DATABASE_URL, ...env } = process.env;
    expect([AMQP_URL, AMQP_MANAGEMENT_URL, DATABASE_URL]).not.toContain(undefined);
    const ended = spawn(node, [join(folder, 'dist/main.js'), '--only', '1', '--messages', '1000000'], { env: { ...env, TMPDIR: temporary }, stdio: 'inherit' });
    const exit = once(ended, 'exit');
    const started = () => globSync(join(temporary, 'warren-bench-*/postgres/data/postmaster.pid')).map((file) => Number(readFileSync(file, 'utf8').split('\n')[0]));
    const [postgres] = await waitFor(() => started().length === 1 && started(), { timeout: 60_000, what: 'the servers' });

    ended.kill('SIGTERM');

    expect(await exit).toEqual([143, null]);
    expect(readdirSync(temporary).filter((name) => name.startsWith('warren-bench-'))).toEqual([]);
    expect(() => process.kill(postgres!, 0)).toThrow('ESRCH');
    rmSync(temporary, { recursive: true });
  }, 90_000);

  it('refuses a bench that is not there', () => {
    const { status, stderr } = bench('--only', '9');

    expect({ status, stderr }).toEqual({ status: 1, stderr: 'There is no bench 9: there are 1, 2.\n' });
  });

  it('has a reference that does the least: raw.ts stays under 80 lines', () => {
    expect(readFileSync(join(__dirname, 'pipelines/raw.ts'), 'utf8').trimEnd().split('\n').length).toBeLessThan(80);
  });
});
