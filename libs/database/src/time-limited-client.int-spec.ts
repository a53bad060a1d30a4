import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { FaultProxy } from '@warren/testing';
import { Pool, Query, type QueryResult } from 'pg';
import { scratchDatabase } from '../test/scratch-database.js';
import { timeLimitedClient } from './time-limited-client.js';

const scratch = scratchDatabase();
const pools: Pool[] = [];

/** Of one connection. */
function pool(limit: number, url = scratch.url): Pool {
  const opened = new Pool({ connectionString: url, Client: timeLimitedClient(limit), max: 1 });
  opened.on('error', () => undefined);
  pools.push(opened);
  return opened;
}

beforeAll(() => scratch.create());
afterEach(async () => {
  await Promise.all(pools.splice(0).map((each) => each.end()));
});
afterAll(() => scratch.drop());

describe('a query that is not answered within its limit', () => {
  const late = 'Postgres has not answered within 500 ms: the connection was ended.';

  it('fails, and no later one waits behind it', async () => {
    const limited = pool(500);
    const client = await limited.connect();
    client.on('error', () => undefined);
    const queries = [client.query('select pg_sleep($1)', [60]), client.query('select 1')];

    for (const { status, reason } of (await Promise.allSettled(queries)) as PromiseRejectedResult[]) expect([status, reason]).toEqual(['rejected', new Error(late)]);
    await expect(client.query('select 1')).rejects.toThrow();

    client.release();
    await expect(limited.query('select 1 as n')).resolves.toMatchObject({ rows: [{ n: 1 }] });
  });

  it('fails also where the network takes everything and brings nothing', async () => {
    const proxy = await FaultProxy.to(scratch.url);
    const limited = pool(500, proxy.url);
    await limited.query('select 1');
    proxy.hang();

    await expect(limited.query('select 1')).rejects.toThrow(late);

    expect(limited.totalCount).toBe(0);
    await proxy.close();
  });
});

describe('a query is answered', () => {
  const asked = { text: 'select $1::int as n', values: [7] };
  const answer = { rows: [{ n: 7 }] };

  it('by a promise', async () => {
    const client = await pool(10_000).connect();
    await expect(client.query(asked)).resolves.toMatchObject(answer);
    await expect(client.query(asked.text, asked.values)).resolves.toMatchObject(answer);
    await expect(client.query('select 7 as n')).resolves.toMatchObject(answer);
    await expect(client.query('select 1/0')).rejects.toThrow('division by zero');
    client.release();
  });

  it('by a callback', async () => {
    const client = await pool(10_000).connect();
    const called = (ask: (callback: (error: Error | null, result: QueryResult) => void) => void) =>
      new Promise((resolve, reject) => ask((error, result) => (error ? reject(error) : resolve(result))));
    await expect(called((callback) => client.query(asked, callback))).resolves.toMatchObject(answer);
    await expect(called((callback) => client.query(asked.text, asked.values, callback))).resolves.toMatchObject(answer);
    await expect(called((callback) => client.query('select 1/0', callback))).rejects.toThrow('division by zero');
    client.release();
  });

  it('by what it is given to send', async () => {
    const client = await pool(10_000).connect();
    const query = new Query('select 7 as n');
    const rows: unknown[] = [];
    const end = new Promise((resolve) => query.on('row', (row) => rows.push(row)).on('end', resolve));

    expect(client.query(query)).toBe(query);

    await end;
    expect(rows).toEqual(answer.rows);
    const other = new Promise((resolve, reject) => client.query(new Query('select 1/0') as never, (error: Error | null) => (error ? reject(error) : resolve(undefined))));
    await expect(other).rejects.toThrow('division by zero');
    client.release();
  });
});

/** In a process of its own, where nothing else makes garbage: prints the bytes by which each query makes the old objects more. */
const program = `
  const { getHeapSpaceStatistics } = require('node:v8');
  const old = () => getHeapSpaceStatistics().find((space) => space.space_name === 'old_space').space_used_size;
  const values = () => [Array.from({ length: 500 }, (_, n) => 'value ' + n)];
  (async () => {
    const client = new (require(process.argv[1]).timeLimitedClient(10_000))(process.argv[2]);
    await client.connect();
    const askOften = async () => {
      for (let n = 0; n < 200; n += 1) await client.query('select $1::text[]', values());
      for (let n = 0; n < 2; n += 1) gc({ type: 'minor' }); // what is known of both times becomes old
      return old();
    };
    const before = await askOften();
    console.log((await askOften() - before) / 200);
    await client.end();
  })();`;

describe('a query that is over', () => {
  it('leaves nothing behind that only a whole collection would find', () => {
    const built = join(__dirname, '../dist/time-limited-client.js');
    const { stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', '-e', program, built, scratch.url], { encoding: 'utf8' });

    expect(stderr).toBe('');
    expect(Number(stdout)).toBeGreaterThan(0);
    expect(Number(stdout)).toBeLessThan(1_000); // the array of its values alone has 4,000
  });
});
