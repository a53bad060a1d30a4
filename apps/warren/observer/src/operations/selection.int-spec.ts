import { Operated } from '../../test/operated.js';
import { type OperationRow } from './operations.store.js';
import { nextOf } from './selection.js';

const megabyte = 1024 * 1024;
let world: Operated;
let ids: number[];

beforeAll(async () => {
  world = await Operated.start();
  const many = Array.from({ length: 500 }, (_, n) => ({ n }));
  for (let n = 0; n < 2; n += 1) await world.dead('signal.imed', many);
  // What a million is made of: 13 times as many, in one statement.
  const columns = 'at, message, journey, queue, consumer, redrive, flow, attempt, "group", cause, error, headers, digest, size, line, payload, compressed, body';
  await world.database.query(`
    insert into observer.dead_letters (${columns})
    select ${columns.replace('message', 'gen_random_uuid()')} from observer.dead_letters, generate_series(1, 12) order by id, generate_series
  `);
  ids = (await world.database.query<{ id: number }>('select id::int from observer.dead_letters order by id')).map(({ id }) => id);
});
afterAll(() => world.close());

const operation = (given: Partial<OperationRow> = {}): OperationRow => ({
  id: '', kind: 'redrive', state: 'running', selection: { query: '' }, queue: '', origin: null, rate: null, lastId: 0, mostId: ids.at(-1) ?? 0, ...given,
}); // prettier-ignore

/** All chunks of an operation. */
async function chunks(given: Partial<OperationRow>, most = 500): Promise<number[][]> {
  const all: number[][] = [];
  for (let one = operation(given); one.lastId < one.mostId; ) {
    const { ids, upTo } = await nextOf(world.direct.kysely, one, most);
    expect(upTo).toBeGreaterThan(one.lastId);
    all.push(ids);
    one = { ...one, lastId: upTo };
  }
  return all;
}

describe('a selection', () => {
  it('gives each letter once, in chunks', async () => {
    const all = await chunks({});
    expect(all.flat()).toEqual(ids);
    expect(all.every((chunk) => chunk.length <= 500)).toBe(true);
  });

  it('finds the few among many, and looks at no more than 5,000 in one statement', async () => {
    const found = await chunks({ selection: { query: 'payload.n:499' } });

    expect(found.flat()).toHaveLength(26);
    expect(found).toHaveLength(3); // 13,000 letters
  });

  it('of ids and of a group needs one statement', async () => {
    const some = [ids[3], ids[12_000]].flatMap((id) => id ?? []);
    const [{ group }] = (await world.database.query('select distinct "group" from observer.dead_letters')) as [{ group: string }];

    await expect(chunks({ selection: { ids: some } })).resolves.toEqual([some]);
    await expect(chunks({ selection: { group }, mostId: ids[99] })).resolves.toEqual([ids.slice(0, 100)]);
  });

  it('leaves out what is not dead, and what died after it began', async () => {
    const [first = 0, second = 0, third = 0] = ids;
    await world.database.query(`update observer.dead_letters set state = 'discarded' where id = ${second}`);
    await expect(chunks({ mostId: third })).resolves.toEqual([[first, third]]);
    await world.database.query(`update observer.dead_letters set state = 'dead' where id = ${second}`);
  });

  it('holds no more than 32 MB at a time, or one letter', async () => {
    const sizes = [40, 20, 10, 10, 1].map((size) => size * megabyte);
    for (const [n, size] of sizes.entries()) await world.database.query('update observer.dead_letters set size = $1 where id = $2', [size, ids[n]]);

    const [one, two, three, four, five] = ids;
    await expect(chunks({ mostId: five })).resolves.toEqual([[one], [two, three], [four, five]]);
  });
});
