import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { freePort, testDatabase, waitFor } from '@warren/testing';
import { Started } from '../../test/start.js';
import { fakeWorkspace } from '../../test/workspace.js';
import { isAlive } from '../machine/processes.js';
import { type RunFile } from './run-file.js';

jest.setTimeout(40_000);

/** With the broker and the database of AMQP_URL and DATABASE_URL, so that starts are quick: servers.int-spec.ts has private ones. */
let servers: NodeJS.ProcessEnv;
beforeAll(async () => {
  servers = { AMQP_URL: process.env.AMQP_URL, DATABASE_URL: (await testDatabase()).url };
});

const start = (root: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}) => Started.at(root, args, { ...servers, ...env });
const instance = (run: RunFile, service: string) => run.services.find((one) => one.service === service)!;
const envOf = async (run: RunFile, service: string) =>
  (await (await fetch(`http://127.0.0.1:${instance(run, service).port ?? 0}/env`)).json()) as Record<string, string | undefined>;
const running = (run: RunFile) => run.services.filter(({ process }) => process && isAlive(process)).map(({ service }) => service);

describe('npm start', () => {
  it('starts the default flows, shows one table and one URL, and stops them in order on SIGTERM', async () => {
    const root = fakeWorkspace();
    const stops = join(root, 'stops');
    const started = start(root, [], { STOPS: stops });
    const run = await started.ready();
    expect(started.output).toMatch(/✓ gateway, observer \(\d\.\d s\)\n✓ signal-imed, signal-orig \(\d\.\d s\)/);
    expect(started.output).toMatch(/SERVICE +PROCESSES +PORT +PID +LOG\ngateway +1 +\d+ +\d+ +\.warren\/logs\/gateway\.1\.log\n/);
    expect(started.output).toContain(`Warren runs at ${run.url}`);
    expect(running(run)).toEqual(['gateway', 'observer', 'signal-imed', 'signal-orig']);

    expect(await started.stop()).toBe(0);
    expect(running(run)).toEqual([]);
    expect(readFileSync(stops, 'utf8').trim().split('\n').slice(2)).toEqual(['gateway', 'observer']);
    expect(existsSync(join(root, '.warren/run.json'))).toBe(false);
  });

  it('starts the processes asked for, each an instance with a name, a port and a log of its own', async () => {
    const root = fakeWorkspace();
    const run = await start(root, ['--flows', 'relay', '--scale', 'first=2']).ready();
    const relay = run.services.filter(({ service }) => service === 'relay-first');
    expect(relay).toHaveLength(2);
    expect(new Set(relay.map((one) => one.instance)).size).toBe(2);
    expect(new Set(relay.map((one) => one.port)).size).toBe(2);
    for (const { log, instance: name } of relay) expect(readFileSync(log, 'utf8')).toBe(`listening as ${name}\n`);
  });

  it('gives the further processes of a service with a port the next free ones, and shows them', async () => {
    const port = await freePort();
    const beside = createServer();
    await new Promise<void>((resolve) => beside.listen(port + 1, '127.0.0.1', resolve));
    const started = start(fakeWorkspace(), ['--scale', 'gateway=3'], { GATEWAY_PORT: String(port) });
    const run = await started.ready();
    beside.close();
    const ports = run.services.filter(({ service }) => service === 'gateway').map((one) => one.port!);
    expect(ports[0]).toBe(port);
    expect(ports[1]).toBeGreaterThan(port + 1);
    expect(ports[2]).toBeGreaterThan(ports[1]!);
    expect(started.output).toMatch(new RegExp(`gateway +3 +${ports.join(' ')} `));
  });

  it('keeps run.json, which holds passwords, from others', async () => {
    const root = fakeWorkspace();
    await start(root).ready();
    expect(statSync(join(root, '.warren/run.json')).mode & 0o777).toBe(0o600);
    expect(statSync(join(root, '.warren/secrets.json')).mode & 0o777).toBe(0o600);
  });

  it('gives each service what it needs and no more', async () => {
    const run = await start(fakeWorkspace(), [], { IMED_DELAY: '5', LOG_LEVEL: 'info,signal-imed=debug' }).ready();
    expect(await envOf(run, 'signal-imed')).toMatchObject({ IMED_DELAY: '5', LOG_LEVEL: 'info,signal-imed=debug', AMQP_URL: servers.AMQP_URL });
    expect(await envOf(run, 'signal-imed')).not.toHaveProperty('DATABASE_URL');
    expect((await envOf(run, 'signal-orig')).DATABASE_URL).toMatch(/_signal_orig:/);
    expect((await envOf(run, 'gateway')).JOURNAL_URL).toMatch(/_gateway:/);
  });

  it('starts again what dies, as another instance', async () => {
    const started = start(fakeWorkspace());
    const before = instance(await started.ready(), 'signal-imed');
    process.kill(before.process!.pid, 'SIGKILL');
    await started.says(/signal-imed\.1 ended \(signal SIGKILL\): it is started again in 0\.25 s\nsignal-imed\.1 is ready again/);
    const after = instance(started.run, 'signal-imed');
    expect(isAlive(after.process!)).toBe(true);
    expect(after.instance).not.toBe(before.instance);
  });

  it('ends at once on a second signal', async () => {
    const started = start(fakeWorkspace());
    const run = await started.ready();
    process.kill(instance(run, 'observer').process!.pid, 'SIGSTOP');
    started.child.kill('SIGINT');
    await started.says(/Stopping/);
    const ended = await waitFor(() => (started.child.kill('SIGINT'), started.child.exitCode !== null), { timeout: 5_000, interval: 200 });
    expect(ended).toBe(true);
    expect(running(run)).toEqual([]);
  });

  it('takes services with it when it is killed, and the next start finds its folder free', async () => {
    const root = fakeWorkspace();
    const first = start(root);
    const run = await first.ready();
    await first.stop('SIGKILL');
    await waitFor(() => running(run).length === 0);
    await start(root).ready();
  });

  it('says that it keeps the state it finds', async () => {
    const started = start(fakeWorkspace(), [], { SINCE: '2020-10-01T06:35:01.373Z' });
    await started.ready();
    expect(started.output).toContain('Found its data: keeps run 1, RUNNING since 2020-10-01T06:35:01.373Z');
  });
});

describe('what keeps npm start from starting', () => {
  const refused = async (started: Started) => ({ code: await started.exit, output: started.output });

  it('refuses a second start beside a first', async () => {
    const root = fakeWorkspace();
    const first = start(root);
    await first.ready();
    const { code, output } = await refused(start(root));
    expect(code).toBe(1);
    expect(output).toBe(`Warren is started here already (process ${first.child.pid ?? 0}): stop it with Ctrl-C there, or set WARREN_FOLDER and other ports for a second one.\n`);
  });

  it('names the setting of a port that is taken, before anything runs', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const { code, output } = await refused(start(fakeWorkspace(), [], { GATEWAY_PORT: String(port) }));
    server.close();
    expect(code).toBe(1);
    expect(output).toBe(`Port ${port} for gateway is taken: stop what listens there, or choose another, for example GATEWAY_PORT=${port + 100}.\n`);
  });

  it('tells a refused login from a broker that is not there', async () => {
    const broker = new URL(process.env.AMQP_URL!);
    broker.password = 'wrong';
    const login = await refused(start(fakeWorkspace(), [], { AMQP_URL: broker.href }));
    expect(login).toEqual({ code: 1, output: `The broker ${broker.host} refuses the login of "${broker.username}": set AMQP_URL with a user and password that it knows.\n` });
    broker.port = String(await freePort());
    const away = await refused(start(fakeWorkspace(), [], { AMQP_URL: broker.href }));
    expect(away.output).toMatch(new RegExp(`^The broker ${broker.host} does not answer \\(.*ECONNREFUSED.*\\): start it, or change AMQP_URL\\.\\n$`));
  });

  it('tells a refused login from a database that is not there', async () => {
    const database = new URL(servers.DATABASE_URL!);
    database.password = 'wrong';
    const login = await refused(start(fakeWorkspace(), [], { DATABASE_URL: database.href }));
    expect(login.output).toMatch(/The database \S+ refuses the login of "postgres": set DATABASE_URL with a user and password that it knows\.\n/);
    expect(login.code).toBe(1);
  });

  it("passes on a service's own refusal, and leaves nothing running", async () => {
    const root = fakeWorkspace();
    const { code, output } = await refused(start(root, [], { WRONG: 'signal-imed' }));
    expect(code).toBe(1);
    expect(output).toContain(`signal-imed.1 did not start: signal-imed: WRONG must not be set (its log: ${join(root, '.warren/logs/signal-imed.1.log')})\n`);
    expect(existsSync(join(root, '.warren/run.json'))).toBe(false);
    expect(existsSync(join(root, '.warren/lock'))).toBe(false);
  });

  it('says how to mend a service that the build has left out', async () => {
    const root = fakeWorkspace();
    rmSync(join(root, 'apps/signal/imed/dist'), { recursive: true });
    expect((await refused(start(root))).output).toContain(
      "signal-imed.1 did not start: apps/signal/imed/dist/main.js is missing: list apps/signal/imed/tsconfig.build.json in the root's tsconfig.json.",
    );
  });

  it('answers a wrong command line with the usage and exit code 2', async () => {
    const { code, output } = await refused(start(fakeWorkspace(), ['--flow', 'relay']));
    expect(code).toBe(2);
    expect(output).toMatch(/^Unknown option '--flow'\. Usage: npm start -- .+\n$/);
    const scaled = await refused(start(fakeWorkspace(), ['--scale', 'imad=2']));
    expect(scaled).toEqual({ code: 2, output: expect.stringMatching(/^--scale: there is no single service "imad" to start: .+\n$/) as string });
  });
});
