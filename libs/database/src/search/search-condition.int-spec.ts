import { testDatabase } from '@warren/testing';
import { sql, type RawBuilder } from 'kysely';
import { Database } from '../database.js';
import { type SearchFields } from './fields.js';
import { searchCondition } from './search-condition.js';
import { SearchError } from './search.error.js';

const fields: SearchFields = { id: 'number', share: 'number', journey: 'uuid', flow: 'text', group: 'text', refusal: 'text', foreign: 'boolean', at: 'time', payload: 'json' };
const journey = '0191f6a2-0000-7000-8000-000000000001';

interface Row {
  name: string;
  id?: number | string;
  share?: number;
  journey?: string;
  flow?: string;
  group?: string;
  refusal?: string;
  foreign?: boolean;
  at?: string;
  error?: string;
  line?: string;
  payload?: unknown;
}

let database: Database<{ letters: { name: string; payload: unknown } }>;

beforeAll(async () => {
  const { url } = await testDatabase();
  database = new Database({ url, schema: 'public' });
  await database.start();
  await sql`
    create table letters (
      name text, id bigint, share double precision, journey uuid, flow text, "group" text, refusal text, "foreign" boolean, at timestamptz, error text, line text, payload jsonb
    )`.execute(database.kysely);
});
afterEach(() => sql`truncate letters`.execute(database.kysely));
afterAll(() => database.close());

async function store(...rows: Row[]): Promise<void> {
  await sql`insert into letters select * from jsonb_populate_recordset(null::letters, ${JSON.stringify(rows)}::jsonb)`.execute(database.kysely);
}

const search = (query: string) => database.kysely.selectFrom('letters').select('name').where(searchCondition(query, fields, ['error', 'line'])).orderBy('name');

/** The names of the rows that a query finds, as one word. */
async function found(query: string): Promise<string> {
  const rows = await search(query).execute();
  return rows.map(({ name }) => name).join('');
}

describe('a search by a field of other rows', () => {
  const ofHop = (condition: RawBuilder<boolean>) => sql<boolean>`name in (select owner from (values ('a', 'dead', 'x'), ('b', 'dead', 'x'), ('b', 'open', 'y')) hops (owner, hop, queue) where ${condition})`;
  const within = { hop: { kind: 'text', within: ofHop }, queue: { kind: 'text', within: ofHop } } as const;
  const named = async (query: string) => (await database.kysely.selectFrom('letters').select('name').where(searchCondition(query, { ...fields, ...within }, [])).orderBy('name').execute()).map(({ name }) => name).join('');

  it.each([
    ['hop:dead', 'ab'],
    ['hop:open', 'b'],
    ['hop:op*', 'b'],
    ['not hop:open', 'ac'],
    ['hop:dead and not hop:open', 'a'],
    ['flow:x or hop:open', 'bc'],
    ['hop:dead queue:x', 'ab'],
    ['queue:x hop:open', ''],
    ['queue:x and (hop:open)', ''],
    ['queue:x (hop:open or hop:dead)', 'ab'],
    ['queue:y (hop:dead or hop:x)', ''],
    ['hop:dead queue:y or queue:y', 'b'],
    ['(hop:dead and queue:x) queue:y', ''],
    ['queue:y not hop:dead', ''],
  ])('finds by %s', async (query, names) => {
    await store({ name: 'a' }, { name: 'b' }, { name: 'c', flow: 'x' });
    expect(await named(query)).toBe(names);
  });

  it('refuses what its kind cannot be asked', () => expect(() => searchCondition('hop>5', { ...fields, ...within }, [])).toThrow('Expected ":" instead of ">" at column 4.'));
});

describe('a search', () => {
  it('of nothing finds everything', async () => {
    await store({ name: 'a' }, { name: 'b', flow: 'signal' });
    expect(await found('')).toBe('ab');
    expect(await found('  \n ')).toBe('ab');
  });

  it.each([
    ['flow:x', 'abc'],
    ['flow:x group:1', 'a'],
    ['flow:x or group:1', 'abcd'],
    ['flow:y or flow:x and group:2', 'bd'],
    ['(flow:y or flow:x) and group:1', 'ad'],
    ['not flow:x group:1', 'd'],
    ['not (flow:x group:1)', 'bcde'],
    ['not flow:x or group:2', 'bde'],
    ['not not flow:x', 'abc'],
    ['not (flow:x or not group:1)', 'd'],
  ])('by %s finds %s', async (query, names) => {
    await store({ name: 'a', flow: 'x', group: '1' }, { name: 'b', flow: 'x', group: '2' }, { name: 'c', flow: 'x' }, { name: 'd', flow: 'y', group: '1' }, { name: 'e' });
    expect(await found(query)).toBe(names);
  });

  it('by what is not takes in what has no value', async () => {
    await store({ name: 'a', refusal: 'gone' }, { name: 'b' }, { name: 'c', refusal: 'late' });
    expect(await found('not refusal:gone')).toBe('bc');
    expect(await found('not (refusal:gone and flow:x)')).toBe('abc');
    expect(await found('refusal:*')).toBe('ac');
    expect(await found('not refusal:*')).toBe('b');
  });

  it('of a text takes the whole of it as it is, with a star whatever case it has', async () => {
    await store({ name: 'a', flow: 'signal' }, { name: 'b', flow: 'Signal' }, { name: 'c', flow: 'signal.imed' }, { name: 'd', flow: 'a signal' });
    expect(await found('flow:signal')).toBe('a');
    expect(await found('flow:"signal"')).toBe('a');
    expect(await found('flow:SIGNAL*')).toBe('abc');
    expect(await found('flow:*signal')).toBe('abd');
    expect(await found('flow:"* S*l"')).toBe('d');
    expect(await found('flow:s*l*d')).toBe('c');
  });

  it('takes % and _ and \\ for what they are', async () => {
    await store({ name: 'a', flow: '100%', error: '50% of a_b' }, { name: 'b', flow: '100x', error: '500 of axb' }, { name: 'c', flow: 'C:\\dir', error: 'a\\_b' });
    expect(await found('flow:*0%')).toBe('a');
    expect(await found('flow:1__*')).toBe('');
    expect(await found('0%')).toBe('a');
    expect(await found('a_b')).toBe('a');
    expect(await found('"a\\\\_b"')).toBe('c');
    expect(await found('flow:c:\\d*')).toBe('c');
    expect(await found('flow:"C:\\\\dir"')).toBe('c');
  });

  it('takes a star with a backslash for a star', async () => {
    await store({ name: 'a', flow: '2*3', error: 'a * b', payload: { v: '2*3' } }, { name: 'b', flow: '2x3', error: 'a x b', payload: { v: '2x3' } });
    expect(await found('flow:2\\*3')).toBe('a');
    expect(await found('flow:2*3')).toBe('ab');
    expect(await found('flow:"2\\**"')).toBe('a');
    expect(await found('"a \\* b"')).toBe('a');
    expect(await found('payload.v:"2\\*3"')).toBe('a');
    expect(await found('payload.v:2\\**')).toBe('a');
  });

  it('by free text looks into all of its columns, whatever case it has', async () => {
    await store({ name: 'a', error: 'Cannot READ it' }, { name: 'b', line: 'I cannot' }, { name: 'c', flow: 'cannot' }, { name: 'd', error: 'can', line: 'not' });
    expect(await found('cannot')).toBe('ab');
    expect(await found('"cannot read"')).toBe('a');
    expect(await found('can*it')).toBe('a');
    expect(await found('can "not"')).toBe('abd');
    expect(await found('not cannot')).toBe('cd');
  });

  it('of a number compares numbers, of whatever size', async () => {
    await store({ name: 'a', id: 5, share: 0.5 }, { name: 'b', id: 10, share: -2 }, { name: 'c', id: '9007199254740993' });
    expect(await found('id:5')).toBe('a');
    expect(await found('id>5')).toBe('bc');
    expect(await found('id:9007199254740993')).toBe('c');
    expect(await found('id:9007199254740992')).toBe('');
    expect(await found('id>=5 id<=10')).toBe('ab');
    expect(await found('id<5.5')).toBe('a');
    expect(await found('id:"10"')).toBe('b');
    expect(await found('share:0.5 or share:-2')).toBe('ab');
    expect(await found('share<-1.9e0')).toBe('b');
    expect(await found('id<99999999999999999999999')).toBe('abc');
    expect(await found('id>-9223372036854775808 id<9223372036854775807')).toBe('abc');
    expect(await found('id:1e-999')).toBe('');
  });

  it('of a time means all of a day, minute, second or part of one, in UTC where it names no zone', async () => {
    await store({ name: 'a', at: '2026-11-20T06:00:00Z' }, { name: 'b', at: '2026-11-20T06:00:30.373Z' }, { name: 'c', at: '2026-11-20T23:59:59.999Z' }, { name: 'd', at: '2026-11-21T00:00:00Z' });
    expect(await found('at:2026-11-20')).toBe('abc');
    expect(await found('at:2026-11-20T06:00')).toBe('ab');
    expect(await found('at:2026-11-20T06:00:30')).toBe('b');
    expect(await found('at:2026-11-20T06:00:30.3Z')).toBe('b');
    expect(await found('at:2026-11-20T06:00:30.373Z')).toBe('b');
    expect(await found('at:2026-11-20T06:00:30.374Z')).toBe('');
    expect(await found('at:"2026-11-20T07:00+01:00" at:2026-11-20T06:00Z')).toBe('ab');
    expect(await found('at:2026-11-20T06:00:30.3730001Z')).toBe('b');
    expect(await found('not at:2026-11-20')).toBe('d');
  });

  it('compares with the instant that a time begins with', async () => {
    await store({ name: 'a', at: '2026-11-20T06:00:00Z' }, { name: 'b', at: '2026-11-20T06:00:30Z' }, { name: 'c', at: '2026-11-21T00:00:00Z' });
    expect(await found('at>2026-11-20T06:00')).toBe('bc');
    expect(await found('at>=2026-11-20T06:00')).toBe('abc');
    expect(await found('at<2026-11-21')).toBe('ab');
    expect(await found('at<=2026-11-21')).toBe('abc');
    expect(await found('at>2026-11-20T08:00:10+02:00 at<9999-12-31')).toBe('bc');
    expect(await found('at<0000-01-01')).toBe('');
  });

  it('of ids, true and false', async () => {
    await store({ name: 'a', journey, foreign: true }, { name: 'b', foreign: false }, { name: 'c' });
    expect(await found(`journey:${journey}`)).toBe('a');
    expect(await found(`journey:${journey.toUpperCase()}`)).toBe('a');
    expect(await found(`not journey:"${journey}"`)).toBe('bc');
    expect(await found('foreign:true')).toBe('a');
    expect(await found('foreign:false')).toBe('b');
    expect(await found('not foreign:true')).toBe('bc');
  });
});

describe('a search in a payload', () => {
  it('compares every type of JSON with its own kind alone', async () => {
    await store(
      { name: 'a', payload: { v: 42 } }, { name: 'b', payload: { v: '42' } }, { name: 'c', payload: { v: true } }, { name: 'd', payload: { v: 'true' } },
      { name: 'e', payload: { v: null } }, { name: 'f', payload: { v: 'null' } }, { name: 'g', payload: {} }, { name: 'h', payload: { v: 'text' } },
      { name: 'i', payload: { v: false } }, { name: 'j', payload: { v: '' } }, { name: 'k', payload: { v: { w: 42 } } }, { name: 'l' },
    ); // prettier-ignore
    expect(await found('payload.v:42')).toBe('a');
    expect(await found('payload.v:42.0')).toBe('a');
    expect(await found('payload.v:4.2e1')).toBe('a');
    expect(await found('payload.v:"42"')).toBe('b');
    expect(await found('payload.v:true')).toBe('c');
    expect(await found('payload.v:"true"')).toBe('d');
    expect(await found('payload.v:null')).toBe('e');
    expect(await found('payload.v:"null"')).toBe('f');
    expect(await found('payload.v:text')).toBe('h');
    expect(await found('payload.v:TEXT')).toBe('');
    expect(await found('payload.v:false')).toBe('i');
    expect(await found('payload.v:""')).toBe('j');
    expect(await found('payload.v.w:42')).toBe('k');
    expect(await found('payload.v:*')).toBe('abcdefhijk');
    expect(await found('not payload.v:*')).toBe('gl');
  });

  it('takes the numbers that JSON has, and no others', async () => {
    await store({ name: 'a', payload: { v: -3 } }, { name: 'b', payload: { v: 1e20 } }, { name: 'c', payload: { v: '007' } }, { name: 'd', payload: { v: 7 } }, { name: 'e', payload: { v: '1e9999' } });
    expect(await found('payload.v:-3')).toBe('a');
    expect(await found('payload.v:1E+20')).toBe('b');
    expect(await found('payload.v:100000000000000000000')).toBe('b');
    expect(await found('payload.v:007')).toBe('c');
    expect(await found('payload.v:7')).toBe('d');
    expect(await found('payload.v:1e9999')).toBe('e');
    expect(await found(`payload.v:${'9'.repeat(1_900)}`)).toBe('');
  });

  it('looks inside arrays, at the end and on the way', async () => {
    await store(
      { name: 'a', payload: { tags: ['x', 'y'] } },
      { name: 'b', payload: { items: [{ id: 1 }, { id: 42 }] } },
      { name: 'c', payload: { items: [{ id: [7, 8] }] } },
      { name: 'd', payload: [{ items: { id: 42 } }] },
    );
    expect(await found('payload.tags:y')).toBe('a');
    expect(await found('payload.items.id:42')).toBe('bd');
    expect(await found('payload.items.id:8')).toBe('c');
    expect(await found('payload.items.id>40')).toBe('bd');
    expect(await found('payload.tags:Y*')).toBe('a');
  });

  it('knows more and less of numbers and of texts, each among their own', async () => {
    await store({ name: 'a', payload: { v: 5 } }, { name: 'b', payload: { v: 50 } }, { name: 'c', payload: { v: '2026-11-20' } }, { name: 'd', payload: { v: '2026-12-01' } }, { name: 'e', payload: { v: null } });
    expect(await found('payload.v>5')).toBe('b');
    expect(await found('payload.v>=5')).toBe('ab');
    expect(await found('payload.v<50')).toBe('a');
    expect(await found('payload.v<=-1')).toBe('');
    expect(await found('payload.v>2026-11-30')).toBe('d');
    expect(await found('payload.v<"2026-11-30"')).toBe('c');
  });

  it('takes a star for any text, over lines too, and everything else as it is', async () => {
    const odd = '[a].b*c+d?e{f}(g)|h^i$j\\k';
    await store({ name: 'a', payload: { v: 'Alice\nLiddell' } }, { name: 'b', payload: { v: odd } }, { name: 'c', payload: { v: 'xAlice' } }, { name: 'd', payload: { v: 1 } });
    expect(await found('payload.v:al*LL')).toBe('a');
    expect(await found('payload.v:*alice')).toBe('c');
    expect(await found(`payload.v:"[a].b\\*c+d?e{f}(g)|h^i$j\\\\k*"`)).toBe('b');
    expect(await found('payload.v:"*{f}(g)|h^i$j\\\\*"')).toBe('b');
    expect(await found('payload.v:"*(?i)*"')).toBe('');
    expect(await found('payload.v:"**"')).toBe('abc');
  });

  it('names any field by quoting it', async () => {
    await store(
      { name: 'a', payload: { 'a b': { c: 1 } } }, { name: 'b', payload: { 'a.b': { c: 1 } } }, { name: 'c', payload: { 'say "hi"': 1 } }, { name: 'd', payload: { 'back\\slash': 1 } },
      { name: 'e', payload: { '': 1 } }, { name: 'f', payload: { '*': 1 } }, { name: 'g', payload: { $: 1, '@': 1, 0: 1 } }, { name: 'h', payload: { 'größe-in_m²': 1 } },
      { name: 'i', payload: { '\u2028\t\n': 1 } }, { name: 'j', payload: { '😀': 1 } }, { name: 'k', payload: { __proto: { constructor: 1 } } },
    ); // prettier-ignore
    expect(await found('payload."a b".c:1')).toBe('a');
    expect(await found('payload."a.b".c:1')).toBe('b');
    expect(await found('payload."say \\"hi\\"":1')).toBe('c');
    expect(await found('payload."back\\slash":1')).toBe('d');
    expect(await found('payload."":1')).toBe('e');
    expect(await found('payload."*":1')).toBe('f');
    expect(await found('payload.$:1 payload.@:1 payload.0:1')).toBe('g');
    expect(await found('payload.größe-in_m²:1')).toBe('h');
    expect(await found('payload."\u2028\t\n":1')).toBe('i');
    expect(await found('payload.😀:1')).toBe('j');
    expect(await found('payload.__proto.constructor:1')).toBe('k');
  });

  it('for equality uses a GIN index with jsonb_path_ops', async () => {
    await sql`insert into letters (name, payload) select 'n' || n, jsonb_build_object('user', jsonb_build_array(jsonb_build_object('id', n, 'name', 'u' || n))) from generate_series(1, 20000) n`.execute(database.kysely);
    await sql`create index letters_payload on letters using gin (payload jsonb_path_ops)`.execute(database.kysely);
    await sql`analyze letters`.execute(database.kysely);
    for (const query of ['payload.user.id:42', 'payload.user.id:-42', 'payload.user.name:u42', 'payload.user.id:42 or payload.user.name:"u43"', 'payload.user.id:42 not payload.user.name:u43']) {
      expect(JSON.stringify(await search(query).explain())).toContain('Bitmap Index Scan on letters_payload');
    }
    expect(await found('payload.user.id:42')).toBe('n42');
    expect(JSON.stringify(await search('payload.user.id>42').explain())).not.toContain('letters_payload');
    await sql`drop index letters_payload`.execute(database.kysely);
  });

  it('of whole numbers uses an index of theirs', async () => {
    await sql`create index letters_id on letters (id)`.execute(database.kysely);
    await sql`insert into letters (name, id) select 'n' || n, n from generate_series(1, 5000) n`.execute(database.kysely);
    await sql`analyze letters`.execute(database.kysely);
    expect(JSON.stringify(await search('id:42').explain())).toContain('letters_id');
    await sql`drop index letters_id`.execute(database.kysely);
  });
});

describe('a search that wants to be more than one', () => {
  const attempts = ["'; drop table letters; --", "' or '1'='1", '$1', '\\', "\\'; select 1", '" is not null or "x', '$."a" ? (@ == 1)', '"}', "$$;$$", '%s', '{{', '\u0001', '\ufeff', 'x\u0027y'];

  it.each(attempts)('is text like any other: %j', async (attempt) => {
    await store({ name: 'a', flow: attempt, error: `so ${attempt} it is`, payload: { [attempt]: attempt } }, { name: 'b', flow: 'x', error: 'x', payload: { x: 'x' } });
    const quoted = `"${attempt.replaceAll(/[\\"*]/g, '\\$&')}"`;
    expect(await found(`flow:${quoted}`)).toBe('a');
    expect(await found(quoted)).toBe('a');
    expect(await found(`payload.${quoted}:${quoted}`)).toBe('a');
    expect(await found(`payload.${quoted}:${quoted.slice(0, -1)}*"`)).toBe('a');
    expect(await found('')).toBe('ab');
  });

  it('never makes the database complain, whatever it says', async () => {
    await store({ name: 'a', flow: 'x', payload: { a: [1, 'x', null] } });
    const alphabet = ['flow', 'id', 'at', 'payload', '.a', '.', ':', '>', '<=', '=', '"', '"', '(', ')', ' ', ' ', 'and', 'or', 'not', '*', '\\', '%', '_', "'", '1', '-5', '1e3', 'null', 'true', '2026-11-20', '[', '$', '\ud83d', '😀', '\n', ';', '--'];
    let seed = 3;
    const next = () => (seed = (seed * 48_271) % 2_147_483_647);
    const random = () => Array.from({ length: 1 + (next() % 9) }, () => alphabet[next() % alphabet.length]).join('');
    let searched = 0;
    for (let n = 0; n < 4_000; n++) {
      const query = random();
      if (!isSearch(query)) continue;
      searched++;
      await expect(found(query).then(() => query)).resolves.toBe(query);
    }
    expect(searched).toBeGreaterThan(500);
  });

  function isSearch(query: string): boolean {
    try {
      searchCondition(query, fields, ['error', 'line']);
      return true;
    } catch (error) {
      if (error instanceof SearchError) return false;
      throw error;
    }
  }

  it('of the greatest length and depth is answered', async () => {
    await store({ name: 'a', flow: 'x', error: 'x' });
    expect(await found('x '.repeat(1_000))).toBe('a');
    expect(await found(`${'(not '.repeat(50)}flow:x${')'.repeat(50)}`)).toBe('a');
    expect(await found(`${'*'.repeat(1_990)}x`)).toBe('a');
    expect(await found(`payload.v:"${'a*'.repeat(900)}"`)).toBe('');
  });
});

describe('a search of a table with another name', () => {
  it('finds its columns beside those of others', async () => {
    await store({ name: 'a', flow: 'x', error: 'x' });
    const query = database.kysely.selectFrom('letters as l').innerJoin('letters as m', 'm.name', 'l.name').select('l.name');
    await expect(query.where(searchCondition('flow:x not y', fields, ['error'], 'l')).execute()).resolves.toEqual([{ name: 'a' }]);
    await expect(query.where(searchCondition('flow:x', fields, [])).execute()).rejects.toThrow('ambiguous');
  });
});
