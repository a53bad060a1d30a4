import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { freePort, testBroker, waitFor } from '@warren/testing';
import { Running } from '../test/running.js';


/** For how long Node keeps a connection after an answer: nothing that a stop may wait for. */
const keepAlive = 5_000;
const started: Running[] = [];
let AMQP_URL: string;

function start(env: NodeJS.ProcessEnv = {}): Running {
  const running = Running.start({ AMQP_URL, ...env });
  started.push(running);
  return running;
}

beforeAll(async () => ({ url: AMQP_URL } = await testBroker()));
afterEach(async () => {
  for (const { process, ended } of started.splice(0)) {
    process.kill('SIGKILL');
    await ended;
  }
});

describe('a service', () => {
  it('listens while there is no broker, alive but not ready, and says what is missing', async () => {
    const url = await start({ AMQP_URL: `amqp://127.0.0.1:${await freePort()}` }).url();
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    const ready = await fetch(`${url}/health/ready`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ status: 503, details: { broker: { status: 'down', message: 'The broker is not connected.' } } });
  });

  it('logs its settings once, without their secrets, and every line with its name', async () => {
    const service = start({ WARREN_INSTANCE: 'probe-7' });
    await service.url();
    const settings = service.log.filter(({ context }) => context === 'Settings');
    expect(settings).toContainEqual(expect.objectContaining({ settings: { http: { host: '127.0.0.1', port: 0, shutdownDeadline: 10_000 } } }));
    expect(service.log.every((line) => line['service'] === 'probe' && line['instance'] === 'probe-7')).toBe(true);
    expect(service.out).not.toContain(new URL(AMQP_URL).password + '@');
  });

  it('logs each request in one line, without the key that came with it', async () => {
    const service = start();
    await fetch(`${await service.url()}/wait?ms=1`, { headers: { authorization: 'Bearer wrn_secret', cookie: 'secret' } });
    const line = await waitFor(() => service.log.find(({ msg }) => msg === 'request completed'));
    expect(line).toMatchObject({ req: { method: 'GET', url: '/wait?ms=1' }, res: { statusCode: 200 }, responseTime: expect.any(Number) });
    expect(service.out).not.toContain('secret');
  });

  it('logs at the level of its own', async () => {
    const PORT = String(await freePort());
    const quiet = start({ LOG_LEVEL: 'info,probe=silent', PORT });
    await waitFor(() => fetch(`http://127.0.0.1:${PORT}/health/live`));
    quiet.process.kill('SIGTERM');
    expect(await quiet.ended).toBe(0);
    expect(quiet.out).toBe('');
  });
});

describe('a service that cannot start', () => {
  let taken: Server;
  beforeAll(async () => {
    taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
  });
  afterAll(() => taken.close());

  it.each([
    ['a taken port', () => ({ PORT: String((taken.address() as AddressInfo).port) }), /^probe: PORT \d+ on 127\.0\.0\.1 is taken: stop what listens there, or set another PORT\.\n$/],
    ['a wrong setting', () => ({ PORT: 'x', SHUTDOWN_DEADLINE: '-1' }), /^probe: PORT must be .*; SHUTDOWN_DEADLINE must be .*\n$/],
    ['a host that is not here', () => ({ HOST: '192.0.2.1' }), /^probe: HOST 192\.0\.2\.1 is no address of this machine: .*\n$/],
  ])('for %s says so in one line and exits with 1', async (_, env, line) => {
    const service = start(env());
    expect(await service.ended).toBe(1);
    expect(service.err).toMatch(line);
  });
});

describe('a stop', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('by %s finishes the request in hand and exits with 0', async (signal) => {
    const service = start();
    const url = await service.url();
    const answer = fetch(`${url}/wait?ms=300`);
    await fetch(`${url}/health/live`);
    service.process.kill(signal);
    expect(await (await answer).text()).toBe('waited');
    const answered = Date.now();
    expect(await service.ended).toBe(0);
    expect(Date.now() - answered).toBeLessThan(keepAlive);
    await expect(fetch(url)).rejects.toThrow();
  });

  it('follows when the supervisor is gone', async () => {
    const service = start();
    await service.url();
    service.process.disconnect();
    expect(await service.ended).toBe(0);
    expect(service.out).toContain('Stopping: its supervisor is gone');
  });

  it('that hangs is ended at SHUTDOWN_DEADLINE', async () => {
    const service = start({ SHUTDOWN_DEADLINE: '200' });
    const url = await service.url();
    const answer = fetch(`${url}/wait?ms=60000`).then(() => 'answered', () => 'cut off');
    await fetch(`${url}/health/live`);
    service.process.kill('SIGTERM');
    expect(await service.ended).toBe(1);
    expect(service.out).toContain('Not stopped within 200 ms');
    expect(await answer).toBe('cut off');
  });
});

describe('what nobody caught', () => {
  it('is logged once and ends the process with 1', async () => {
    const service = start();
    await fetch(`${await service.url()}/fail`).catch(() => undefined);
    expect(await service.ended).toBe(1);
    expect(service.log.filter(({ level }) => level === 'fatal')).toEqual([expect.objectContaining({ err: expect.objectContaining({ message: 'nobody caught this' }) })]);
  });
});

describe('to its supervisor', () => {
  it('a service says nothing before it is ready', async () => {
    const service = start();
    await service.url();
    await waitFor(() => service.out.includes('connected'));
    expect(service.messages).toEqual([]);
  });
});
