import { Module } from '@nestjs/common';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { ControlPlane } from '@warren/bus';
import { DatabaseModule } from '@warren/database';
import { type Command, names } from '@warren/protocol';
import { testBroker, testDatabase, type TestDatabase, waitFor } from '@warren/testing';
import { createApp } from './bootstrap.js';
import { Readiness } from './health/readiness.js';
import { reportReady } from './process/supervisor.js';
import { WarrenModule } from './warren.module.js';

const running: Command = { epoch: 41, run: 3, state: 'RUNNING', sources: true, attached: 'all' };
let app: NestExpressApplication;
let database: TestDatabase;
let url: string;

const get = (path: string) => fetch(`${url}${path}`);
const status = async (path: string) => (await get(path)).status;

beforeAll(async () => {
  const broker = await testBroker();
  database = await testDatabase();
  Object.assign(process.env, { AMQP_URL: broker.url, JOURNAL_URL: database.url, WARREN_INSTANCE: 'probe-7', LOG_LEVEL: 'silent' });
  @Module({ imports: [WarrenModule.forRoot({ name: 'probe' }), DatabaseModule.forReader()] })
  class Probe {}
  app = await createApp({ module: Probe });
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
});
afterAll(() => app.close());

describe('a service of Warren', () => {
  it('is alive, but not ready, until it has heard the state of the system', async () => {
    await waitFor(async () => (await app.get(Readiness).needs())['broker'] === undefined);
    expect([await status('/health/live'), await status('/health/ready')]).toEqual([200, 503]);
    expect(await (await get('/health/ready')).json()).toMatchObject({ details: { broker: { status: 'up' }, state: { status: 'down' } } });
  });

  it('is ready in the desired state, and tells its supervisor then', async () => {
    const told: unknown[] = [];
    const reported = reportReady(app.get(Readiness), 8081, (message) => told.push(message));
    expect(told).toEqual([]);
    await waitFor(() => app.get(ControlPlane).send({ exchange: '', key: names.control('probe-7'), type: 'warren.command', body: running }).then(() => true), { timeout: 5_000 });
    await reported;
    expect(told).toEqual([{ ready: true, port: 8081 }]);
    expect(await status('/health/ready')).toBe(200);
  });

  it('counts requests, but not those that ask how it is', async () => {
    expect([await status('/nowhere'), await status('/health/live')]).toEqual([404, 200]);
    const metrics = await (await get('/metrics')).text();
    expect(metrics.match(/^warren_http_requests_total.*$/gm)).toEqual(['warren_http_requests_total{method="GET",status="404",service="probe",instance="probe-7"} 1']);
  });

  it.each([
    ['warren_state_epoch', 41],
    ['warren_broker_connected', 1],
    ['warren_messages_handled_total', 0],
    ['warren_messages_published_total', 0],
  ])('shows %s to Prometheus', async (name, value) => {
    const answer = await get('/metrics');
    expect(answer.headers.get('content-type')).toContain('version=0.0.4');
    expect(await answer.text()).toContain(`${name}{service="probe",instance="probe-7"} ${value}\n`);
  });

  it('gives away nothing of what it is built with', async () => {
    expect((await get('/nowhere')).headers.get('x-powered-by')).toBeNull();
  });

  it('is not ready while a database that it uses is away', async () => {
    await database.remove();
    await waitFor(async () => (await status('/health/ready')) === 503);
    expect(await (await get('/health/ready')).json()).toMatchObject({ details: { broker: { status: 'up' }, journal: { status: 'down', message: 'The database does not answer.' } } });
  });
});
