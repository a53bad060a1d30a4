import { waitFor } from '@warren/testing';
import { sql } from 'kysely';
import { scratchDatabase } from '../test/scratch-database.js';
import { Database } from './database.js';
import { type Migrations } from './migrate.js';

interface Tables {
  note: { id: number; text: string };
}

const migrations: Migrations = {
  '001-note': { up: (db) => db.schema.createTable('note').addColumn('id', 'bigint').addColumn('text', 'text').execute() },
};
const scratch = scratchDatabase();
const opened: Database<Tables>[] = [];
const reasons: string[] = [];

function open(options: { readOnly?: boolean; migrations?: Migrations } = { migrations }): Database<Tables> {
  const database = new Database<Tables>({ url: scratch.url, schema: 'notes', onWaiting: (reason) => reasons.push(reason), ...options });
  opened.push(database);
  return database;
}

async function ready(): Promise<Database<Tables>> {
  const database = open();
  await database.start();
  return database;
}

beforeAll(() => scratch.create());
afterEach(async () => {
  await Promise.all(opened.splice(0).map((database) => database.close()));
});
afterAll(() => scratch.drop());

describe('a database', () => {
  it('that is absent at the start is waited for, then migrated', async () => {
    await scratch.drop();
    const database = open();
    const started = database.start();
    await expect(database.ping()).rejects.toThrow('does not exist');
    expect(database.ready).toBe(false);

    await scratch.create();
    await started;

    expect(database.ready).toBe(true);
    expect(reasons).toEqual([expect.stringContaining('does not exist')]);
    await expect(database.kysely.selectFrom('note').selectAll().execute()).resolves.toEqual([]);
  });

  it('can be closed while it is waited for', async () => {
    const database = new Database({ url: 'postgres://nobody@127.0.0.1:1/nothing', schema: 'notes' });
    const started = database.start();

    await database.close();

    await expect(started).resolves.toBeUndefined();
    expect(database.ready).toBe(false);
  });

  it('is migrated once when several instances start together', async () => {
    const databases = [open(), open(), open()];

    await Promise.all(databases.map((database) => database.start()));

    expect(databases.every((database) => database.ready)).toBe(true);
  });

  it('keeps its tables in its own schema', async () => {
    const database = await ready();

    const { rows } = await sql<{ table_schema: string }>`select table_schema from information_schema.tables where table_name = 'note'`.execute(database.kysely);

    expect(rows).toEqual([{ table_schema: 'notes' }]);
  });

  it('reads bigints as numbers', async () => {
    const database = await ready();

    const { rows } = await sql<{ big: number }>`select 9007199254740991::bigint as big`.execute(database.kysely);

    expect(rows).toEqual([{ big: Number.MAX_SAFE_INTEGER }]);
  });

  it('ends what takes too long itself, before its client gives it up', async () => {
    const database = await ready();
    const limit = sql<{ is: string }>`select current_setting('statement_timeout') as is`;

    const settings = [(await limit.execute(database.kysely)).rows, await database.prepared(limit)];

    expect(settings).toEqual([[{ is: '14s' }], [{ is: '14s' }]]);
  });

  it('lets work that takes long take as long as it takes, on a connection of its own', async () => {
    const database = await ready();

    const settings = await database.unlimited(async (connection) => {
      await sql`set lock_timeout = '500ms'`.execute(connection);
      return (await sql`select current_setting('statement_timeout') as limit, current_setting('search_path') as path`.execute(connection)).rows;
    });

    expect(settings).toEqual([{ limit: '0', path: '"notes"' }]);
    await expect(sql`select current_setting('lock_timeout') as is`.execute(database.kysely)).resolves.toMatchObject({ rows: [{ is: '0' }] });
  });

  it('ends such work when it is closed, and when it fails', async () => {
    await expect(open().unlimited((connection) => sql`select 1/0`.execute(connection))).rejects.toThrow('division by zero');
    const database = await ready();
    opened.splice(opened.indexOf(database), 1);
    const sleeping = database.unlimited((connection) => sql`select pg_sleep(60)`.execute(connection));
    const ended = expect(sleeping).rejects.toThrow('Connection terminated');
    await sessionCount(database, 'active', 2);

    await database.close();

    await ended;
    await expect(database.unlimited(() => Promise.resolve('begun'))).rejects.toThrow('aborted');
    await scratch.endSessions(); // Postgres itself goes on sleeping
  });

  it('that is opened to be read refuses to be written', async () => {
    await ready();
    const reader = open({ readOnly: true });

    await expect(sql`insert into note values (1, 'x')`.execute(reader.kysely)).rejects.toThrow('read-only transaction');
  });
});

describe('a prepared statement', () => {
  it('is planned once by its connection, for all its values', async () => {
    const database = await ready();
    const kept = sql<{ n: number }>`select statement, generic_plans, custom_plans from pg_prepared_statements where statement like '%+ 1 as n'`;
    for (const n of [1, 2, 3]) await expect(database.prepared(sql<{ n: number }>`select ${n}::bigint + 1 as n`)).resolves.toEqual([{ n: n + 1 }]);

    await expect(database.prepared(kept)).resolves.toEqual([{ statement: 'select $1::bigint + 1 as n', generic_plans: 3, custom_plans: 0 }]);
  });

  it('goes on when a migration changes what it reads', async () => {
    const database = await ready();
    const read = () => database.prepared(sql`select * from seen`);
    await sql`create view seen as select 1 as a`.execute(database.kysely);
    await expect(read()).resolves.toEqual([{ a: 1 }]);
    await sql`create or replace view seen as select 1 as a, 2 as b`.execute(database.kysely);

    await expect(read()).resolves.toEqual([{ a: 1, b: 2 }]);
    await expect(database.prepared(sql`select * from unseen`)).rejects.toThrow('relation "unseen" does not exist');
    await sql`drop view seen`.execute(database.kysely);
  });
});

describe('when Postgres goes away', () => {
  it('queries fail, the process goes on, and the next query finds it again', async () => {
    const database = await ready();
    const sleeping = sql`select pg_sleep(30)`.execute(database.kysely);
    const failed = expect(sleeping).rejects.toThrow();
    await sessionCount(database, 'active', 2);

    await scratch.endSessions();

    await failed;
    await found(database);
  });

  it('a connection that is held between two queries dies without an unhandled error', async () => {
    const database = await ready();

    const held = database.transaction(async (transaction) => {
      await sql`select 1`.execute(transaction);
      await scratch.endSessions();
      await sql`select 1`.execute(transaction);
    });

    await expect(held).rejects.toThrow();
    await found(database);
  });
});

describe('an advisory lock', () => {
  it('is held by one at a time, and waited for', async () => {
    const database = await ready();
    const order: string[] = [];
    const work = (name: string) => async () => {
      order.push(`${name} in`);
      await database.ping();
      order.push(`${name} out`);
    };

    await Promise.all([database.withAdvisoryLock('key', work('one'), { wait: true }), database.withAdvisoryLock('key', work('two'), { wait: true })]);

    expect(order).toHaveLength(4);
    expect([order[0], order[2]].map((entry) => entry?.replace('in', 'out'))).toEqual([order[1], order[3]]);
  });

  it('that another holds gives undefined to who does not wait', async () => {
    const database = await ready();

    const inner = await database.withAdvisoryLock('key', () => database.withAdvisoryLock('key', () => Promise.resolve('held'), { wait: false }), { wait: true });
    const after = await database.withAdvisoryLock('key', () => Promise.resolve('held'), { wait: false });

    expect({ inner, after }).toEqual({ inner: undefined, after: 'held' });
  });

  it('leaves the pool to its holder, however many wait', async () => {
    const database = await ready();
    let waiting: Promise<unknown>[] = [];

    await database.withAdvisoryLock('key', async () => {
      waiting = Array.from({ length: 15 }, () => database.withAdvisoryLock('key', () => Promise.resolve(), { wait: true }));
      await sessionCount(database, 'waiting for a lock', 15);
      await expect(database.ping()).resolves.toBeUndefined();
    }, { wait: true });

    await expect(Promise.all(waiting)).resolves.toHaveLength(15);
  });

  it('tells its holder when the session that held it is gone', async () => {
    const database = await ready();

    const held = database.withAdvisoryLock('key', async (lost) => {
      await scratch.endSessions();
      await new Promise((resolve) => lost.aborted ? resolve(true) : lost.addEventListener('abort', resolve));
      return (lost.reason as Error).message;
    }, { wait: true });

    await expect(held).resolves.toBe('The connection that held the lock "key" is gone.');
  });
});

/** Idle connections that Postgres has ended are noticed one after another. */
async function found(database: Database<Tables>): Promise<void> {
  for (let answered = false; !answered; ) {
    answered = await database.ping().then(() => true, () => false);
  }
}

const counted = {
  active: sql`state = 'active'`,
  'waiting for a lock': sql`wait_event_type = 'Lock'`,
  'idle in transaction or active': sql`state in ('active', 'idle in transaction')`,
};

/** Waits until the database has so many sessions of a kind, the asking one included when it is active. */
async function sessionCount(database: Database<Tables>, kind: keyof typeof counted, expected: number): Promise<void> {
  await waitFor(async () => {
    const { rows } = await sql<{ n: number }>`select count(*) as n from pg_stat_activity where datname = ${scratch.name} and ${counted[kind]}`.execute(database.kysely);
    return rows[0]?.n === expected;
  });
}
