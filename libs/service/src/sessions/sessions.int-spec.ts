import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Controller, Get, Post, Req } from '@nestjs/common';
import { StartError } from '@warren/bus';
import { Database, DatabaseModule, sql } from '@warren/database';
import { PrivateRedis, hasRedis, onTeardown, testDatabase, waitFor } from '@warren/testing';
import { type Request } from 'express';
import { createClient } from 'redis';
import { serve } from '../../test/serve.js';
import { AccessModule } from '../access/access.module.js';
import { openSessionStore } from './open-session-store.js';
import { sessionMigrations } from './postgres.session-store.js';
import { SessionsModule } from './sessions.module.js';
import { Sessions } from './sessions.service.js';

@Controller('pages')
class Pages {
  constructor(private readonly sessions: Sessions) {}

  @Get()
  async show(@Req() request: Request) {
    return { id: request.sessionID, active: await this.sessions.count() };
  }

  @Post('end')
  async end(@Req() request: Request) {
    await this.sessions.end(request);
  }
}

@Controller('plain')
class Plain {
  @Get()
  show() {
    return 'no session';
  }
}

const environment = { ...process.env };
const secret = 'a secret of all instances';
let database: string;
afterAll(() => void (process.env = { ...environment }));

interface Served {
  url: string;
  database: Database;
}

/** An instance, with the settings that it starts with. */
async function instance(settings: NodeJS.ProcessEnv, options: { adopts?: boolean; schema?: string } = {}): Promise<Served> {
  process.env = { ...environment, SESSION_SECRET: secret, DATABASE_URL: database, ...settings };
  const { schema = 'pages', adopts } = options;
  const sessions = SessionsModule.forRoot({ controllers: [Pages], adopts });
  const { app, url } = await serve({ imports: [AccessModule, DatabaseModule.forRoot({ schema, migrations: sessionMigrations }), sessions], controllers: [Pages, Plain] });
  onTeardown(() => app.close());
  const own = app.get<Database>(Database);
  await waitFor(() => own.ready, { timeout: 20_000, what: 'the migrations' });
  return { url, database: own };
}

async function ask({ url }: { url: string }, cookie = '', headers = {}) {
  const answer = await fetch(`${url}/pages`, { headers: { cookie, ...headers } });
  const set = answer.headers.get('set-cookie') ?? '';
  const body = (await answer.json()) as { id: string; active: number };
  return { status: answer.status, set, cookie: set.split(';')[0] ?? '', ...body };
}
const end = ({ url }: { url: string }, cookie: string) => fetch(`${url}/pages/end`, { method: 'POST', headers: { cookie } });

beforeAll(async () => {
  database = (await testDatabase()).url;
  for (const schema of ['pages', 'receiver']) await makeSchema(schema);
});
const makeSchema = async (schema: string) => {
  const admin = new Database({ url: database, schema: 'public' });
  await admin.kysely.schema.createSchema(schema).execute();
  await admin.close();
};

/** As if so many seconds had passed for a session. */
async function agedInRedis(id: string, seconds: number): Promise<void> {
  const client = await createClient({ url: redis!.url }).connect();
  const left = await client.pTTL(`warren:session:${id}`);
  await client.pExpire(`warren:session:${id}`, Math.max(0, left - seconds * 1000));
  await client.zIncrBy('warren:sessions', -seconds * 1000, id);
  client.destroy();
}
const agedInPostgres = ({ kysely }: Database, id: string, seconds: number) =>
  sql`update session set expire = expire - ${seconds} * interval '1 second' where sid = ${id}`.execute(kysely);

const folder = mkdtempSync(join(tmpdir(), 'warren-sessions-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let redis: PrivateRedis | undefined;
beforeAll(async () => {
  if (!hasRedis()) return;
  redis = await PrivateRedis.start({ folder });
});
afterAll(() => redis?.kill());

describe.each([['Postgres', true], ['Redis', hasRedis()]])('sessions in %s', (kind, there) => {
  const test = there ? it : it.skip;
  const settings = () => (kind === 'Redis' ? { REDIS_URL: redis!.url } : {});

  test('are shared by the instances of a service, counted, and end when they are told to', async () => {
    const [one, other] = [await instance(settings()), await instance(settings())];
    const mine = await ask(one);
    const yours = await ask(other);
    expect(await ask(other, mine.cookie)).toMatchObject({ status: 200, id: mine.id });
    expect(yours.id).not.toBe(mine.id);
    const before = (await ask(one, mine.cookie)).active;
    expect(before).toBeGreaterThanOrEqual(2);

    await end(other, yours.cookie);
    expect((await ask(one, mine.cookie)).active).toBe(before - 1);
    expect((await ask(one, yours.cookie)).id).not.toBe(yours.id);
  });

  test('end after a minute without a request, and each request begins the minute again', async () => {
    const one = await instance(settings());
    const { id, cookie } = await ask(one);
    const passed = (seconds: number) => (kind === 'Redis' ? agedInRedis(id, seconds) : agedInPostgres(one.database, id, seconds));
    await passed(35);
    expect((await ask(one, cookie)).id).toBe(id);
    await passed(35);
    const last = await ask(one, cookie);
    expect(last).toMatchObject({ id, set: expect.stringContaining('Expires=') });

    await passed(65);
    const after = await ask(one, cookie);
    expect(after.id).not.toBe(id);
    expect(after.active).toBe(last.active); // the old one has gone, the new one is counted
  });

  test('have a cookie that no script reads and no other site sends, for TLS only where a trusted proxy says so', async () => {
    const forwarded = { 'x-forwarded-proto': 'https' };
    const plain = await ask(await instance(settings()), '', forwarded);
    expect(plain.set).toMatch(/^warren\.session=.*; HttpOnly; SameSite=Lax$/);
    const behind = await instance({ ...settings(), TRUST_PROXY: 'loopback' });
    expect((await ask(behind, '', forwarded)).set).toMatch(/; Secure/);
    expect((await ask(behind)).set).not.toMatch(/Secure/);
  });

  test('are not had by requests that are for no page', async () => {
    const answer = await fetch(`${(await instance(settings())).url}/plain`);
    expect(answer.headers.get('set-cookie')).toBeNull();
  });

  test('are not believed when somebody else has signed them', async () => {
    const forged = await ask(await instance({ ...settings(), SESSION_SECRET: 'somebody else has this' }));
    const { id } = await ask(await instance(settings()), forged.cookie);
    expect(id).not.toBe(forged.id);
  });
});

describe('sessions of two services', () => {
  it('have one id where each keeps them in its own schema, also before the other has seen them', async () => {
    const sender = await instance({});
    const receiver = await instance({}, { schema: 'receiver', adopts: true });
    const { id, cookie } = await ask(sender);
    expect(await ask(receiver, cookie)).toMatchObject({ id });
    expect(await ask(sender, cookie)).toMatchObject({ id });
  });
});

describe('where sessions are kept', () => {
  it('is Redis or the service’s own schema: a service with neither does not start', async () => {
    await expect(openSessionStore({ redisUrl: undefined, secretIsOurs: true }, { host: '127.0.0.1' })).rejects.toThrow(
      new StartError('Sessions need a place: set REDIS_URL, or import DatabaseModule.forRoot() with sessionMigrations.'),
    );
  });

  it('is nothing that the other services have to load', () => {
    const loaded = "console.log(Object.keys(require.cache).filter((file) => /node_modules\\/(@redis|redis|kysely)\\//.test(file)).map((file) => file.split('/node_modules/')[1].split('/')[0]).join())";
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', `require(process.argv[1]); ${loaded}`, join(__dirname, '../../dist/index.js')], { encoding: 'utf8' });

    expect(stderr).toBe('');
    expect(new Set(stdout.trim().split(','))).toEqual(new Set(['kysely'])); // so that an empty list says something
  });
});

describe('without their place', () => {
  (hasRedis() ? it : it.skip)('a request is a 503 at once, and works when it is back', async () => {
    const away = await PrivateRedis.start({ folder: join(folder, 'lost') });
    onTeardown(() => away.kill());
    await away.kill();
    const { url } = await instance({ REDIS_URL: away.url });
    const refused = await fetch(`${url}/pages`);
    expect([refused.status, refused.headers.get('retry-after'), ((await refused.json()) as { code: string }).code]).toEqual([503, '5', 'sessions-away']);

    await away.restart();
    await waitFor(async () => (await fetch(`${url}/pages`)).ok, { timeout: 20_000, what: 'sessions' });
  });

  it('a service does not start: a secret that is too short, or none where others can reach it', async () => {
    await expect(instance({ SESSION_SECRET: 'short' })).rejects.toThrow('SESSION_SECRET must be 16 characters or more, several with commas between');
    await expect(instance({ SESSION_SECRET: '', HOST: '0.0.0.0' })).rejects.toThrow('HOST 0.0.0.0 can be reached from other machines: set SESSION_SECRET, the same for every instance.');
  });
});
