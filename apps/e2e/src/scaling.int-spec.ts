import { PrivateRedis, hasNginx, hasRedis, waitFor, onTeardown, type PrivateNginx } from '@warren/testing';
import { User } from './jobs/user.js';
import { bootSystem, temporaryFolder } from './system/boot-system.js';
import { addressesOf, openSite } from './system/site.js';
import { type System } from './system/system.js';

const scale = ['gateway=3', 'sender=2', 'receiver=2'].flatMap((one) => ['--scale', one]);
let system: System;
let nginx: PrivateNginx;

const addresses = () => addressesOf(system, 'gateway');

const state = async (method: 'GET' | 'PUT', body?: string, base = nginx.url) => {
  const answer = await fetch(`${base}/state`, { method, body });
  return { status: answer.status, text: await answer.text() };
};
/** The instances that nginx has sent requests for a path to. */
const askedFor = async (path: string) => new Set((await nginx.requests()).filter((line) => line.split(' ')[1] === path).map((line) => line.split(' ').at(-1)));
const everywhere = () => Promise.all(addresses().map((address) => state('GET', undefined, `http://${address}`)));

(hasNginx() && hasRedis() ? describe : describe.skip)('three gateways, two senders and two receivers behind nginx', () => {
  beforeAll(async () => {
    const redis = await PrivateRedis.start({ folder: await temporaryFolder() });
    onTeardown(() => redis.stop());
    system = await bootSystem({ args: ['--flows', 'jobs', ...scale], env: { REDIS_URL: redis.url, JOB_WORK: '20', JOB_FAILS: '0' } });
    nginx = await openSite(system);
  }, 150_000);

  it('share the requests, and a state that one of them sets is the state of all', async () => {
    for (const word of ['PAUSED', 'RUNNING', 'PAUSED']) {
      expect(await state('PUT', word)).toEqual({ status: 200, text: word });
      expect(await everywhere()).toEqual(Array.from({ length: 3 }, () => ({ status: 200, text: word })));
    }
    for (let n = 0; n < 12; n++) await state('GET');
    expect(await askedFor('/state')).toEqual(new Set(addresses()));
  });

  it('know the session of a browser, whichever of them it comes to', async () => {
    await state('PUT', 'RUNNING');
    const [ours, other] = [new User(nginx.url), new User(nginx.url)];
    await other.badges('/');
    for (let n = 1; n <= 6; n += 1) await ours.submit(`message ${n}`);

    await waitFor(async () => (await ours.badges('/received')).mine === '6', { what: 'six messages processed' });
    expect((await ours.badges('/')).mine).toBe('6');
    expect(await other.badges('/received')).toMatchObject({ mine: '0', active: '2' });
    expect(await askedFor('/')).toEqual(new Set(addressesOf(system, 'jobs-sender')));
    expect(await askedFor('/received')).toEqual(new Set(addressesOf(system, 'jobs-receiver')));
  });

  it('fail no request that may be done twice while one of each is killed and comes back', async () => {
    const wrong: unknown[] = [];
    let [count, done] = [0, false];
    const caller = async (path: string, init?: RequestInit) => {
      for (; !done; count++) {
        const answer = await fetch(`${nginx.url}${path}`, init).then(async (response) => ({ status: response.status, text: await response.text() })).catch((error: unknown) => ({ status: 0, text: String(error) }));
        if (answer.status !== 200) wrong.push({ path, ...answer });
      }
    };
    const callers = [caller('/state'), caller('/state', { method: 'PUT', body: 'RUNNING' }), caller('/'), caller('/'), caller('/received'), caller('/received')];
    const more = async (requests: number) => waitFor(() => count > requests, { timeout: 30_000, what: `${requests} requests` });
    await more(50);
    for (const service of ['gateway', 'jobs-sender', 'jobs-receiver']) {
      const second = () => system.run.services.filter((one) => one.service === service)[1];
      const killed = second();
      process.kill(killed!.process!.pid, 'SIGKILL');
      await waitFor(() => second()?.instance !== killed?.instance && second()?.port, { timeout: 30_000, what: `another ${service} in its place` });
    }
    await more(count + 50);
    done = true;
    await Promise.all(callers);

    expect(wrong).toEqual([]);
  }, 120_000);

  it("keep an instance's own affairs to themselves", async () => {
    const statusOf = async (path: string) => (await fetch(`${nginx.url}${path}`)).status;
    expect(await Promise.all(['/metrics', '/health/live', '/nginx-health', '/api/v1/services', '/docs'].map(statusOf))).toEqual([404, 404, 204, 200, 200]);
  });
});
