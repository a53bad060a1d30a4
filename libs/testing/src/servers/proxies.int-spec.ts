import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTeardown } from '../isolation/teardown.js';
import { accepts, freePort } from './ports.js';
import { PrivateNginx, hasNginx } from './private-nginx.js';
import { PrivateRedis, hasRedis } from './private-redis.js';

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'warren-servers-'));
  onTeardown(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** A command on a connection of its own, as Redis takes it on a line. */
function say(url: string, line: string): Promise<string> {
  const { port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = createConnection(Number(port), '127.0.0.1', () => socket.write(`${line}\r\n`));
    socket.once('error', reject).once('data', (answer) => {
      socket.destroy();
      resolve(answer.toString().trim());
    });
  });
}

(hasRedis() ? describe : describe.skip)('a private Redis', () => {
  it('has what was stored after a clean stop, on the same port, and is gone after its end', async () => {
    const redis = await PrivateRedis.start({ folder: await folder() });
    onTeardown(() => redis.kill());
    expect(await say(redis.url, 'SET hare 7')).toBe('+OK');
    await redis.restart();
    expect(await say(redis.url, 'GET hare')).toMatch(/7$/);

    await redis.kill();
    expect(await accepts(Number(new URL(redis.url).port))).toBe(false);
  });
});

(hasNginx() ? describe : describe.skip)('a private nginx', () => {
  it('serves the configuration that it was given', async () => {
    const port = await freePort();
    const nginx = await PrivateNginx.start({ folder: await folder(), port, config: `server { listen 127.0.0.1:${port}; location / { return 200 warren; } }` });
    onTeardown(() => nginx.stop());

    expect(await (await fetch(nginx.url)).text()).toBe('warren');
    expect(await nginx.requests()).toEqual(['GET / 200 -']);
  });

  it('that refuses its configuration says why', async () => {
    await expect(PrivateNginx.start({ folder: await folder(), port: await freePort(), config: 'serve {}' })).rejects.toThrow(/unknown directive "serve"/);
  });
});

describe('a port', () => {
  it('accepts connections while somebody listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    expect(await accepts(port)).toBe(true);
    await new Promise((resolve) => server.close(resolve));
    expect(await accepts(port)).toBe(false);
  });
});
