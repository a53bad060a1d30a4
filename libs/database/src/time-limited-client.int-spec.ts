import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Pool, Query, type QueryResult } from 'pg';
import { scratchDatabase } from '../test/scratch-database.js';
import { timeLimitedClient } from './time-limited-client.js';

const scratch = scratchDatabase();
const pools: Pool[] = [];

/** Of one connection. */
function pool(limit: number): Pool {
  const opened = new Pool({ connectionString: scratch.url, Client: timeLimitedClient(limit), max: 1 });
  opened.on('error', () => undefined);
  pools.push(opened);
  return opened;
}

beforeAll(() => scratch.create());
afterEach(async () => {
  await Promise.all(pools.splice(0).map((each) => each.end()));
});
afterAll(() => scratch.drop());

describe('a query that takes longer than its limit', () => {
  const backend = 'select pg_backend_pid() as pid';

  it('fails, and no later one waits behind it', async () => {
    const limited = pool(50);
    const { rows: [first] } = await limited.query<{ pid: number }>(backend);

    await expect(limited.query('select pg_sleep(60)')).rejects.toThrow('Connection terminated');

    const { rows: [second] } = await limited.query<{ pid: number }>(backend);
    expect(second?.pid).not.toBe(first?.pid);
  });

  it('fails also where the client is held', async () => {
    const limited = pool(50);
    const client = await limited.connect();
    client.on('error', () => undefined);

    await expect(client.query('select pg_sleep($1)', [60])).rejects.toThrow('Connection terminated');
    await expect(client.query('select 1')).rejects.toThrow();

    client.release();
    await expect(limited.query('select 1 as n')).resolves.toMatchObject({ rows: [{ n: 1 }] });
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
    client.release();
  });
});

/** Collects what is young; what is young and still known of twice becomes old. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as (options: { type: 'minor' }) => void;
  return () => gc({ type: 'minor' });
}

describe('a query that is over', () => {
  const old = () => getHeapSpaceStatistics().find(({ space_name: name }) => name === 'old_space')?.space_used_size ?? NaN;

  it('leaves nothing behind that only a whole collection would find', async () => {
    const collect = collector();
    const limited = pool(10_000);
    const values = () => [Array.from({ length: 500 }, (_, n) => `value ${n}`)];
    const askOften = async (times: number) => {
      for (let n = 0; n < times; n += 1) await limited.query('select $1::text[]', values());
      collect();
      collect();
    };
    await askOften(200);
    const before = old();

    await askOften(200);

    expect((old() - before) / 200).toBeLessThan(1_000); // bytes; the values alone are 4,000
  });
});
