import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Database, sql } from '@warren/database';
import { testDatabase } from '@warren/testing';
import { temporaryFolder } from '../../test/workspace.js';
import { provisionServices } from './database.js';
import { findServices, type Needs, type Service } from './workspace.js';

jest.setTimeout(40_000);

const service = (name: string, needs: Partial<Needs>): Service => ({ name, folder: '', needs: { reads: [], ...needs } });
const observer = service('observer', { schema: 'observer', publishes: 'journal' });
const gateway = service('gateway', { schema: 'gateway', reads: ['journal'] });
const httpserv = service('signal-httpserv', { reads: ['journal'] });
const imed = service('signal-imed', {});

describe('provisionServices', () => {
  const folder = temporaryFolder();

  it('gives each service its own login, and none to a service without a database', async () => {
    const { url } = await testDatabase();
    const access = await provisionServices(url, [gateway, observer, httpserv, imed], folder);
    const name = new URL(url).pathname.slice(1);
    expect(new URL(access.get('gateway')!.databaseUrl!).username).toBe(`${name}_gateway`);
    expect(access.get('gateway')!.journalUrl).toBe(access.get('gateway')!.databaseUrl);
    expect(access.get('observer')!.journalUrl).toBeUndefined();
    expect(access.get('signal-httpserv')).toMatchObject({ databaseUrl: undefined, journalUrl: expect.stringContaining(`${name}_signal_httpserv:`) as string });
    expect(access.has('signal-imed')).toBe(false);
  });

  it('lets none of the services that have a schema read another one’s', async () => {
    const owners = findServices(join(__dirname, '../../..')).filter(({ needs }) => needs.schema !== undefined);
    const access = await provisionServices((await testDatabase()).url, owners, folder);
    const owned = owners.map(({ name, needs }) => new Database({ url: access.get(name)!.databaseUrl!, schema: needs.schema! }));
    for (const { kysely } of owned) await sql`create table things (n int)`.execute(kysely);
    const read = (index: number, schema: string) => sql`select * from ${sql.table(`${schema}.things`)}`.execute(owned[index]!.kysely).then(() => 'read', (error: unknown) => (error as Error).message);

    for (const [index, { needs: own }] of owners.entries()) {
      const outcomes = await Promise.all(owners.map(({ needs }) => read(index, needs.schema!)));
      expect(outcomes).toEqual(owners.map(({ needs: { schema } }) => (schema === own.schema ? 'read' : `permission denied for schema ${schema!}`)));
    }
    await Promise.all(owned.map((database) => database.close()));
  });

  it('keeps the passwords between starts, for the owner only', async () => {
    const { url } = await testDatabase();
    const first = await provisionServices(url, [observer], folder);
    expect(await provisionServices(url, [observer], folder)).toEqual(first);
    expect(statSync(join(folder, 'secrets.json')).mode & 0o777).toBe(0o600);
  });

  it('says what is wrong with secrets that cannot be read', async () => {
    const broken = temporaryFolder();
    writeFileSync(join(broken, 'secrets.json'), '{');
    await expect(provisionServices((await testDatabase()).url, [observer], broken)).rejects.toThrow(/secrets\.json cannot be read \(.+\): restore it, or delete the folder with all its data\.$/);
  });

  it.each([
    [(url: URL) => (url.password = 'wrong'), /refuses the login of "postgres": set DATABASE_URL/],
    [(url: URL) => (url.pathname = '/absent'), /has no database "absent": create it/],
    [(url: URL) => (url.port = '1'), /127\.0\.0\.1:1 does not answer: start it, or change DATABASE_URL\./],
  ])('says what to change in a database URL that does not work', async (spoil, message) => {
    const url = new URL((await testDatabase()).url);
    spoil(url);
    await expect(provisionServices(url.href, [observer], folder)).rejects.toThrow(message);
  });
});
