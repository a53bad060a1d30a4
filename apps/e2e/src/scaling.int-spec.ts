import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PrivateNginx, freePort, hasNginx, waitFor } from '@warren/testing';
import { bootSystem } from './system/boot-system.js';
import { root } from './system/program.js';
import { type System } from './system/system.js';

const folder = mkdtempSync(join(tmpdir(), 'warren-nginx-'));
let system: System;
let nginx: PrivateNginx;

const gateways = () => system.run.services.filter(({ service }) => service === 'gateway');
const addresses = () => gateways().map(({ port }) => `127.0.0.1:${port ?? 0}`);

/** The configuration as it is deployed, with the instances that run here. Nobody has senders or receivers yet: their places lead nowhere. */
async function startNginx(): Promise<PrivateNginx> {
  const port = await freePort();
  const servers = (all: readonly string[]) => all.map((address) => `server ${address};`).join(' ');
  const settings = { LISTEN: `127.0.0.1:${port}`, GATEWAYS: servers(addresses()), SENDERS: servers(['127.0.0.1:9']), RECEIVERS: servers(['127.0.0.1:9']) };
  const template = readFileSync(join(root, 'deploy/nginx/site.conf.template'), 'utf8');
  const config = Object.entries(settings).reduce((text, [name, value]) => text.replaceAll(`\${${name}}`, value), template);
  return PrivateNginx.start({ folder, config, port });
}

const state = async (method: 'GET' | 'PUT', body?: string, base = nginx.url) => {
  const answer = await fetch(`${base}/state`, { method, body });
  return { status: answer.status, text: await answer.text() };
};
const everywhere = () => Promise.all(addresses().map((address) => state('GET', undefined, `http://${address}`)));

(hasNginx() ? describe : describe.skip)('three gateways behind nginx', () => {
  beforeAll(async () => {
    system = await bootSystem({ args: ['--flows', 'signal', '--scale', 'gateway=3'] });
    nginx = await startNginx();
  }, 150_000);
  afterAll(async () => {
    await nginx.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('share the requests, and a state that one of them sets is the state of all', async () => {
    for (const word of ['PAUSED', 'RUNNING', 'PAUSED']) {
      expect(await state('PUT', word)).toEqual({ status: 200, text: word });
      expect(await everywhere()).toEqual(Array.from({ length: 3 }, () => ({ status: 200, text: word })));
    }
    for (let n = 0; n < 12; n++) await state('GET');
    const asked = new Set((await nginx.requests()).map((line) => line.split(' ').at(-1)));
    expect(asked).toEqual(new Set(addresses()));
  });

  it('fail no request that may be done twice while one of them is killed and comes back', async () => {
    const wrong: unknown[] = [];
    let [count, done] = [0, false];
    const caller = async (method: 'GET' | 'PUT') => {
      for (; !done; count++) {
        const answer = await state(method, method === 'PUT' ? 'RUNNING' : undefined).catch((error: unknown) => ({ status: 0, text: String(error) }));
        if (answer.status !== 200) wrong.push(answer);
      }
    };
    const callers = [caller('GET'), caller('GET'), caller('GET'), caller('PUT')];
    const more = async (requests: number) => waitFor(() => count > requests, { timeout: 30_000, what: `${requests} requests` });
    await more(50);
    const killed = gateways()[1];
    process.kill(killed!.process!.pid, 'SIGKILL');
    await waitFor(() => gateways()[1]?.instance !== killed?.instance && gateways()[1]?.port, { timeout: 30_000, what: 'another gateway in its place' });
    await more(count + 50);
    done = true;
    await Promise.all(callers);

    expect(wrong).toEqual([]);
  });

  it("keep an instance's own affairs to themselves", async () => {
    const statusOf = async (path: string) => (await fetch(`${nginx.url}${path}`)).status;
    expect(await Promise.all(['/metrics', '/health/live', '/nginx-health', '/api/v1/services', '/docs'].map(statusOf))).toEqual([404, 404, 204, 200, 200]);
  });
});
