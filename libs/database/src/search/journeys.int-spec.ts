import { testDatabase, type TestDatabase } from '@warren/testing';
import { sql, type RawBuilder } from 'kysely';
import { Database } from '../database.js';
import { cameOf, fieldsOfJourneys, type JourneyTerms } from './journeys.js';
import { searchCondition } from './search-condition.js';

const terms: JourneyTerms = { root: { id: 'uuid', flow: 'text', line: 'text', state: 'text', latency: 'number' }, hop: { queue: 'text', outcome: 'text', attempt: 'number', error: 'text' }, deadline: 3_600_000 };

let admin: TestDatabase;
/** One whose own tables have the names of the views, as the observer's do. */
let database: Database;

/** A journey, how many minutes ago its root was published, and its hops. */
async function journey(line: string, minutes: number, ...hops: { outcome: string; journey?: string; more?: string }[]): Promise<string> {
  const [row] = await admin.query<{ id: string }>(`insert into journal.roots values (gen_random_uuid(), 'shop', $1, now() - make_interval(mins => $2), null) returning id`, [line, minutes]);
  const id = row?.id ?? '';
  for (const hop of hops) {
    await admin.query(`
      insert into journal.hops select r.* from jsonb_populate_record(null::journal.hops, jsonb_build_object(
        'message', $1::text, 'journey', $2::text, 'queue', 'till', 'outcome', $3::text, 'attempt', 1, 'redrive', 0,
        'finished_at', case when $3 not in ('open', 'retried') then now() end) || $4::jsonb) r`, [id, hop.journey ?? id, hop.outcome, hop.more ?? '{}']); // prettier-ignore
  }
  return id;
}

beforeAll(async () => {
  admin = await testDatabase();
  await admin.query(`
    create schema observer; create schema journal; create table observer.hops (nothing text); create table observer.flows (nothing text);
    create table journal.roots (id uuid, flow text, line text, at timestamptz, published timestamptz);
    create table journal.flows (name text, exchange text, deadline bigint);
    create table journal.hops (message uuid, alias uuid, journey uuid, queue text, consumer text, instance text, outcome text, attempt int, redrive int, since timestamptz, day date,
      finished_at timestamptz, error_name text, error_message text)`);
  database = new Database({ url: admin.url, schema: 'observer' });
  await database.start();
  const alias = '0191f6a2-0000-7000-8000-00000000000a';
  await journey('tea', 5, { outcome: 'handled' }, { outcome: 'handled', more: '{"queue":"stock","attempt":3}' });
  await journey('coffee', 5, { outcome: 'handled' }, { outcome: 'dead', more: '{"queue":"stock","error_name":"TypeError","error_message":"no shelf"}' });
  await journey('milk', 5, { outcome: 'open' }, { outcome: 'dead' });
  await journey('water', 90, { outcome: 'retried' });
  await journey('juice', 90, { outcome: 'open', more: `{"redrive":1,"since":"${new Date().toISOString()}"}` });
  await journey('foreign', 5, { outcome: 'handled', more: `{"alias":"${alias}"}` }, { outcome: 'dead', journey: alias });
  await journey('silent', 5);
});
afterAll(() => database.close());

async function found(query: string, among: 'all' | 'few'): Promise<string[]> {
  const condition: RawBuilder<boolean> = searchCondition(query, fieldsOfJourneys(terms, 'r', among), ['line']);
  const { rows } = await sql<{ line: string }>`select line from journal.roots r where ${condition} order by line`.execute(database.kysely);
  return rows.map(({ line }) => line);
}

describe('a search of journeys', () => {
  it.each([
    ['', ['coffee', 'foreign', 'juice', 'milk', 'silent', 'tea', 'water']],
    ['state:complete', ['silent', 'tea']],
    ['state:dead', ['coffee', 'foreign']],
    ['state:open', ['juice', 'milk']],
    ['state:stalled', ['water']],
    ['state:*e*', ['coffee', 'foreign', 'juice', 'milk', 'silent', 'tea', 'water']],
    ['state:constructor', []],
    ['not (state:dead or state:complete)', ['juice', 'milk', 'water']],
    ['not state:complete', ['coffee', 'foreign', 'juice', 'milk', 'water']],
    ['not state:comp*', ['coffee', 'foreign', 'juice', 'milk', 'water']],
    ['not state:open', ['coffee', 'foreign', 'silent', 'tea', 'water']],
    ['state:dead or state:stalled', ['coffee', 'foreign', 'water']],
    ['state:dead or state:complete', ['coffee', 'foreign', 'silent', 'tea']],
    ['state:dead and state:open', []],
    ['(state:dead or "ilk") not state:complete', ['coffee', 'foreign', 'milk']],
    ['state:open or latency>1000', ['coffee', 'foreign', 'juice', 'milk', 'tea']],
    ['not (state:complete or queue:stock)', ['foreign', 'juice', 'milk', 'water']],
    ['latency>1000 state:complete', ['tea']],
    ['not latency>1000', ['juice', 'milk', 'silent', 'water']],
    ['queue:stock', ['coffee', 'tea']],
    ['queue:till outcome:dead', ['milk']],
    ['attempt>2 or error:*shelf', ['coffee', 'tea']],
    ['not queue:till', ['silent']],
    ['"ea" flow:shop', ['tea']],
  ])('for %j finds %j, among all and among few', async (query, lines) => {
    expect([await found(query, 'all'), await found(query, 'few')]).toEqual([lines, lines]);
  });

  it.each([
    ['state:open', true], ['not state:complete', true], ['state:dead or state:stalled', true], ['not (state:complete or state:open) state:dead', true],
    ['state:complete', false], ['not state:dead', false], ['state:*ead', false], ['state:dead or state:complete', false],
  ])('with %j begins with the hops that journeys must have: %j', (query, rare) => {
    const { sql: text } = searchCondition(query, fieldsOfJourneys(terms, 'r', 'all'), []).compile(database.kysely);

    expect(/"r"."id" in \(select journey/.test(text)).toBe(rare);
  }); // prettier-ignore

  it('looks for one hop where there is a choice of hops', () => {
    const { sql: text } = searchCondition('outcome:dead or (queue:till outcome:open) or attempt>2', fieldsOfJourneys(terms, 'r', 'all'), []).compile(database.kysely);

    expect(text.match(/exists \(/g)).toHaveLength(1);
  });

  it('goes by the deadline of the flow, where it says one', async () => {
    await admin.query(`insert into journal.flows values ('shop', 'shop', 60000)`);

    expect(await found('state:stalled', 'all')).toEqual(['milk', 'water']);
    await admin.query('truncate journal.flows');
  });

  it('tells of each what it is found by', async () => {
    const { rows } = await sql<{ line: string; state: string; latency: number | null }>`
      select line, state, round(latency / 60000) as latency from journal.roots r cross join lateral ${cameOf(terms, 'r')} where line < 'm' order by line`.execute(database.kysely);

    expect(rows.map(({ line, state, latency }) => [line, state, latency])).toEqual([['coffee', 'dead', 5], ['foreign', 'dead', 5], ['juice', 'open', null]]);
  });
});
