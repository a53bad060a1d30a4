import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Controller, Delete, type DynamicModule, Get, Module, Put } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { serve, type Served } from '../../test/serve.js';
import { AccessModule } from './access.module.js';
import { Caller } from './caller.js';
import { Public, Roles } from './roles.js';

@Controller()
class Doors {
  @Get('state')
  read(@Caller() caller: Caller) {
    return caller;
  }

  @Put('state')
  change(@Caller() caller: Caller) {
    return caller;
  }

  @Delete('state')
  @Roles('admin')
  remove() {
    return 'gone';
  }

  @Get('health')
  @Public()
  health() {
    return 'well';
  }
}

const folder = mkdtempSync(join(tmpdir(), 'warren-access-'));
const keysFile = join(folder, 'keys.jsonl');
const environment = { ...process.env };
const line = (name: string, role: string) =>
  `${JSON.stringify({ id: name, name, role, sha256: createHash('sha256').update(`wrn_${name}`).digest('hex'), createdAt: new Date().toISOString() })}\n`;
const write = (...lines: string[]) => writeFileSync(keysFile, lines.join(''));

let served: Served | undefined;
const start = async (settings: NodeJS.ProcessEnv, access: typeof AccessModule | DynamicModule = AccessModule) => {
  Object.assign(process.env, settings);
  return (served = await serve({ imports: [access], controllers: [Doors] }));
};
/** fetch() sets Host and Sec-Fetch-Site itself, so the requests are made by hand. */
function ask(method: string, path: string, headers: Record<string, string> = {}) {
  return new Promise<{ status: number | undefined; headers: NodeJS.Dict<string | string[]>; body: string }>((resolve, reject) => {
    const call = request(`${served?.url ?? ''}${path}`, { method, headers }, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, body }));
    });
    call.on('error', reject).end();
  });
}
const statusOf = async (...asked: Parameters<typeof ask>) => (await ask(...asked)).status;
const as = (name: string) => ({ authorization: `Bearer wrn_${name}` });

afterEach(async () => {
  await served?.app.close();
  served = undefined;
  process.env = { ...environment };
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('without keys', () => {
  it('lets this machine do everything, anonymously', async () => {
    await start({});
    expect(JSON.parse((await ask('PUT', '/state')).body)).toEqual({ name: 'anonymous', role: 'admin' });
    expect(await statusOf('DELETE', '/state')).toBe(200);
  });

  it.each(['0.0.0.0', '::', '192.168.1.7', 'warren.example'])('refuses to start on %s and says what to do', async (HOST) => {
    await expect(start({ HOST })).rejects.toThrow(/make one with "npx warren key.*set WARREN_KEYS_FILE.*or set HOST=127\.0\.0\.1/);
  });

  it('refuses to start with a keys file that has none yet', async () => {
    write('');
    await expect(start({ HOST: '0.0.0.0', WARREN_KEYS_FILE: keysFile })).rejects.toThrow('there is no key');
  });

  it.each(['127.0.0.1:8081', 'localhost:8081', 'LOCALHOST', '[::1]:8081'])('answers to the name %s', async (host) => {
    await start({});
    expect(await statusOf('GET', '/state', { host })).toBe(200);
  });

  it.each(['evil.example', 'evil.example:8081', '127.0.0.1.evil.example', 'localhost.evil.example', '10.0.0.1'])('does not answer to %s: its DNS may be rebound', async (host) => {
    await start({});
    const { status, body } = await ask('GET', '/state', { host });
    expect([status, JSON.parse(body)]).toEqual([403, expect.objectContaining({ code: 'host-not-allowed' })]);
  });

  it('answers to the names in ALLOWED_HOSTS', async () => {
    await start({ ALLOWED_HOSTS: 'Warren.example' });
    expect(await statusOf('GET', '/state', { host: 'warren.EXAMPLE:443' })).toBe(200);
  });

  it.each([
    ['origin', 'https://evil.example'],
    ['origin', 'null'],
    ['sec-fetch-site', 'cross-site'],
    ['sec-fetch-site', 'same-site'],
  ])('changes nothing for a page elsewhere, which %s: %s tells', async (header, value) => {
    await start({});
    const { status, body } = await ask('PUT', '/state', { [header]: value });
    expect([status, JSON.parse(body)]).toEqual([403, expect.objectContaining({ code: 'origin-not-allowed' })]);
  });

  it('takes changes from its own pages', async () => {
    await start({});
    const { host } = new URL(served!.url);
    expect(await statusOf('PUT', '/state', { origin: served!.url, host, 'sec-fetch-site': 'same-origin' })).toBe(200);
  });
});

describe('with keys', () => {
  beforeEach(() => write(line('watcher', 'viewer'), line('ops', 'operator'), line('root', 'admin')));
  const settings = { WARREN_KEYS_FILE: keysFile };

  it('starts on any address', async () => {
    await start({ ...settings, HOST: '0.0.0.0' });
    expect(await statusOf('GET', '/state', as('watcher'))).toBe(200);
  });

  it('asks for a key, as a problem with a challenge', async () => {
    await start(settings);
    const { status, headers, body } = await ask('GET', '/state');
    expect([status, headers['www-authenticate']]).toEqual([401, 'Bearer']);
    expect(JSON.parse(body)).toMatchObject({ status: 401, code: 'key-required', detail: expect.stringContaining('Authorization: Bearer') });
  });

  it('refuses a key that it does not know, and a stored hash', async () => {
    await start(settings);
    const hash = createHash('sha256').update('wrn_root').digest('hex');
    for (const key of ['wrn_other', hash]) {
      const { status, headers } = await ask('GET', '/state', { authorization: `Bearer ${key}` });
      expect([status, headers['www-authenticate']]).toEqual([401, 'Bearer error="invalid_token"']);
    }
  });

  it.each([
    ['watcher', 200, 403, 403],
    ['ops', 200, 200, 403],
    ['root', 200, 200, 200],
  ])('lets %s read (%i), switch (%i) and administer (%i)', async (name, read, change, remove) => {
    await start(settings);
    const statuses = await Promise.all(['GET', 'PUT', 'DELETE'].map((method) => statusOf(method, '/state', as(name))));
    expect(statuses).toEqual([read, change, remove]);
  });

  it('says which role is missing', async () => {
    await start(settings);
    const { body } = await ask('PUT', '/state', as('watcher'));
    expect(JSON.parse(body)).toMatchObject({ code: 'role-too-low', detail: 'This needs the role operator; the key "watcher" has viewer.' });
  });

  it('tells the route who asks', async () => {
    await start(settings);
    expect(JSON.parse((await ask('PUT', '/state', as('ops'))).body)).toMatchObject({ name: 'ops', role: 'operator' });
  });

  it('leaves what is public open', async () => {
    await start(settings);
    expect(await statusOf('GET', '/health')).toBe(200);
  });

  it('takes a new key, and a removed one no longer, at once', async () => {
    await start(settings);
    write(line('ops', 'operator'), line('new', 'viewer'));
    expect(await statusOf('GET', '/state', as('new'))).toBe(200);
    expect(await statusOf('GET', '/state', as('root'))).toBe(401);
  });

  it('stays closed when the last key is removed', async () => {
    await start(settings);
    rmSync(keysFile);
    expect(await statusOf('GET', '/state', as('root'))).toBe(401);
    expect(await statusOf('PUT', '/state')).toBe(401);
  });

  it('refuses to start with a line that is no key, and names it', async () => {
    write(line('ops', 'operator'), '{"name":"half\n');
    await expect(start(settings)).rejects.toThrow(`Line 2 of ${keysFile} is no key`);
  });
});

describe('CORS', () => {
  const origin = 'https://console.example';
  const preflight = { origin, 'access-control-request-method': 'PUT' };

  it('is off by default', async () => {
    await start({});
    const { status, headers } = await ask('OPTIONS', '/state', preflight);
    expect([status, headers['access-control-allow-origin']]).toEqual([405, undefined]);
  });

  it('answers the preflight of an origin in CORS_ORIGINS, without a key, and takes its changes', async () => {
    write(line('ops', 'operator'));
    await start({ CORS_ORIGINS: origin, WARREN_KEYS_FILE: keysFile });
    const { status, headers } = await ask('OPTIONS', '/state', preflight);
    expect([status, headers['access-control-allow-origin']]).toEqual([204, origin]);
    expect(headers['access-control-allow-methods']).toContain('PUT');
    expect(await statusOf('PUT', '/state', { origin, 'sec-fetch-site': 'cross-site', ...as('ops') })).toBe(200);
  });

  it('gives other origins nothing', async () => {
    await start({ CORS_ORIGINS: origin });
    const { headers } = await ask('OPTIONS', '/state', { ...preflight, origin: 'https://evil.example' });
    expect(headers['access-control-allow-origin']).toBeUndefined();
    expect(await statusOf('PUT', '/state', { origin: 'https://evil.example' })).toBe(403);
  });
});

describe('every answer', () => {
  it('has the headers that keep browsers from misusing it, and does not send them to https', async () => {
    await start({});
    const { headers } = await ask('GET', '/state');
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'SAMEORIGIN', 'referrer-policy': 'no-referrer' });
    expect(headers['content-security-policy']).toContain("default-src 'self'");
    expect(headers['content-security-policy']).not.toContain('upgrade-insecure-requests');
    expect(headers['strict-transport-security']).toBeUndefined();
  });
});

describe('an application without HTTP', () => {
  it('starts with what guards it all the same', async () => {
    @Module({ imports: [AccessModule.forPages()] })
    class Worker {}
    const worker = await NestFactory.createApplicationContext(Worker, { logger: false, abortOnError: false });
    await worker.close();
  });
});

describe('pages for whoever reaches them', () => {
  it('are served on any address without keys, with Host and Origin checked', async () => {
    await expect(start({ HOST: '0.0.0.0' })).rejects.toThrow(/HOST 0\.0\.0\.0 can be reached/);
    await start({ HOST: '0.0.0.0', ALLOWED_HOSTS: 'jobs.example' }, AccessModule.forPages());
    expect(await statusOf('GET', '/state', { host: 'jobs.example' })).toBe(200);
    expect(await statusOf('GET', '/state', { host: 'evil.example' })).toBe(403);
    expect(await statusOf('PUT', '/state', { host: 'jobs.example', origin: 'https://evil.example' })).toBe(403);
  });

  it('ask for no key either where the other services have keys', async () => {
    write(line('ann', 'admin'));
    await start({ WARREN_KEYS_FILE: keysFile }, AccessModule.forPages());
    expect([await statusOf('GET', '/state'), await statusOf('PUT', '/state')]).toEqual([200, 200]);
  });
});

describe('TRUST_PROXY', () => {
  it('is addresses', async () => {
    await expect(start({ TRUST_PROXY: 'everybody' })).rejects.toThrow('TRUST_PROXY must be addresses such as 10.0.0.0/8, or loopback, linklocal, uniquelocal, with commas between');
    await start({ TRUST_PROXY: 'loopback, 10.0.0.0/8, ::1' });
  });
});
