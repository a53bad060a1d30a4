import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { asAdmin, scratchDatabase } from '../test/scratch-database.js';
import { Database } from './database.js';
import { provision, type Grant } from './provision.js';

const scratch = scratchDatabase();
const role = (name: string): string => `${name}_${scratch.name}`;
const password = randomBytes(8).toString('hex') + `'"\\`;
const plan: Grant[] = [
  { role: role('observer'), password, schema: 'observer' },
  { role: role('observer'), password, schema: 'journal' },
  { role: role('gateway'), password, schema: 'gateway' },
  { role: role('reader'), password, reads: ['journal'] },
];
const admins: string[] = [];
const opened: Database[] = [];

function as(name: string, schema: string): Database {
  const database = new Database({ url: urlOf(role(name), password), schema });
  opened.push(database);
  return database;
}

function urlOf(user: string, secret: string): string {
  const url = new URL(scratch.url);
  url.username = user;
  url.password = encodeURIComponent(secret);
  return url.href;
}

const run = (database: Database, statement: string): Promise<unknown> => sql.raw(statement).execute(database.kysely);

async function administrator(rights: string): Promise<string> {
  const name = role(`admin${admins.length}`);
  admins.push(name);
  await asAdmin(`create role ${name} login password 'secret' ${rights}`);
  return urlOf(name, 'secret');
}

beforeEach(() => scratch.create());
afterEach(async () => {
  await Promise.all(opened.splice(0).map((database) => database.close()));
  await scratch.drop();
  for (const name of [...admins.splice(0).reverse(), ...new Set(plan.map((grant) => grant.role))]) await asAdmin(`drop role if exists "${name}"`);
});

describe('provisioning', () => {
  it('gives each role its own schema and no other', async () => {
    await provision(scratch.url, plan);

    await run(as('gateway', 'gateway'), 'create table gateway.mine (n int)');
    await expect(run(as('gateway', 'gateway'), 'create table observer.theirs (n int)')).rejects.toThrow('permission denied for schema observer');
    await expect(run(as('gateway', 'gateway'), 'create schema more')).rejects.toThrow('permission denied for database');
    await expect(run(as('reader', 'journal'), 'select * from gateway.mine')).rejects.toThrow('permission denied for schema gateway');
  });

  it('lets a reader read what the owner makes later, and change nothing', async () => {
    await provision(scratch.url, plan);
    await run(as('observer', 'observer'), 'create table observer.kept (n int); insert into observer.kept values (1); create view journal.seen as select n from observer.kept');

    const reader = as('reader', 'journal');

    await expect(run(reader, 'select n from seen')).resolves.toMatchObject({ rows: [{ n: 1 }] });
    await expect(run(reader, 'insert into journal.seen values (2)')).rejects.toThrow('permission denied');
    await expect(run(reader, 'select * from observer.kept')).rejects.toThrow('permission denied for schema observer');
  });

  it('can be done again, with another password, and keeps what is there', async () => {
    await provision(scratch.url, plan);
    await run(as('gateway', 'gateway'), 'create table gateway.mine (n int)');

    await provision(scratch.url, plan.map((grant) => ({ ...grant, password: 'another' })));

    const database = new Database({ url: urlOf(role('gateway'), 'another'), schema: 'gateway' });
    opened.push(database);
    await expect(run(database, 'select * from mine')).resolves.toMatchObject({ rows: [] });
  });

  it('may be done by several at once', async () => {
    await expect(Promise.all([provision(scratch.url, plan), provision(scratch.url, plan)])).resolves.toHaveLength(2);
  });

  it('needs no superuser, only a role that may create roles and schemas', async () => {
    const url = await administrator('createrole');
    await asAdmin(`grant create on database ${scratch.name} to ${admins[0]!}`);

    await provision(url, plan);

    await run(as('observer', 'observer'), 'create view journal.seen as select 1 as n');
    await expect(run(as('reader', 'journal'), 'select n from seen')).resolves.toMatchObject({ rows: [{ n: 1 }] });
  });

  it('says what an administrator lacks', async () => {
    const url = await administrator('');

    await expect(provision(url, plan)).rejects.toThrow(/^Role "admin0_.*" may not provision .*permission denied to create role.*CREATEROLE and CREATE on the database/);
  });

  it('refuses to let a role read a schema that nobody owns', async () => {
    await expect(provision(scratch.url, [{ role: role('reader'), password, reads: ['elsewhere'] }])).rejects.toThrow('which no role of the plan owns');
  });
});
