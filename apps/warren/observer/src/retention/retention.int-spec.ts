import { Database } from '@warren/database';
import { derivedId } from '@warren/protocol';
import { message } from '../../test/deliveries.js';
import { observed, write, type Observed } from '../../test/observed.js';
import { Retention } from './retention.service.js';

const oneDay = 86_400_000;
let journal: Observed;
let database: Database;

beforeAll(async () => {
  journal = await observed();
  database = new Database({ url: journal.database.url, schema: 'observer' });
  await database.start();
});
beforeEach(async () => {
  const ages = [0, 1, 2, 9];
  await write(journal.observer(), ...ages.map((age) => message({}, { id: derivedId(age), at: Date.now() - age * oneDay })));
});
afterAll(async () => {
  await database.close();
  await journal.close();
});

const retention = (limits: { days?: number; bytes?: number; deadLetterDays?: number }) => new Retention(database, { retention: { days: 7, bytes: 1e12, deadLetterDays: undefined, ...limits } });
const day = (age: number) => new Date(Date.now() - age * oneDay).toISOString().slice(0, 10);
const tables = async () => (await journal.database.query<{ name: string }>(`select relname as name from pg_class where relname ~ '^(messages|hops)_\\d+$' order by 1`)).map(({ name }) => name);

describe('retention', () => {
  it('drops the days that are too old, messages and hops', async () => {
    await expect(retention({}).enforce()).resolves.toEqual([day(9)]);

    expect((await tables()).filter((name) => name.endsWith(day(9).replaceAll('-', '')))).toEqual([]);
    await expect(journal.messages()).resolves.toHaveLength(3);
  });

  it('drops the oldest days of a journal that is too big, and never today', async () => {
    await expect(retention({ bytes: 1 }).enforce()).resolves.toEqual([day(9), day(2), day(1)]);

    await expect(journal.messages()).resolves.toHaveLength(1);
  });

  it('drops no more than it must', async () => {
    const [{ bytes }] = (await journal.database.query<{ bytes: string }>(`select sum(pg_total_relation_size(oid)) as bytes from pg_class where relname ~ '^(messages|hops)_\\d+$'`)) as [{ bytes: string }];

    await expect(retention({ days: 30, bytes: Number(bytes) - 1 }).enforce()).resolves.toEqual([day(9)]);
  });

  it('lets a dropped day come back with its next message', async () => {
    await retention({}).enforce();
    await write(journal.observer(), message({}, { id: derivedId('late'), at: Date.now() - 9 * oneDay }));

    await expect(journal.messages()).resolves.toHaveLength(4);
  });

  it('gives way to a long read', async () => {
    const reading = await journal.reading();

    await expect(retention({}).enforce()).rejects.toThrow('lock timeout');
    await reading.done;
    await expect(retention({}).enforce()).resolves.toEqual([day(9)]);
  });

  it('forgets old markers', async () => {
    await journal.database.query(`insert into observer.markers select gen_random_uuid(), 1, now() - make_interval(hours => h) from unnest(array[1, 30]) h`);
    await retention({}).enforce();

    await expect(journal.database.query('select from observer.markers')).resolves.toHaveLength(1);
  });
});
