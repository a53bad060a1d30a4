import { Database, sql } from '@warren/database';
import { testDatabase, type TestDatabase } from '@warren/testing';
import { type JournalViews } from '../journal.views.js';
import { Searches } from './searches.service.js';

let test: TestDatabase;
let journal: Database<JournalViews>;
let searches: Searches;

beforeAll(async () => {
  test = await testDatabase();
  journal = new Database({ url: test.url, schema: 'public' });
  searches = new Searches({ searchDeadline: 2_500 } as ConstructorParameters<typeof Searches>[0], journal);
});
afterAll(async () => {
  await journal.close();
  await test.remove();
});

describe('a search', () => {
  it('has a deadline of its own, and other queries have theirs', async () => {
    const deadline = sql<{ is: string }>`select current_setting('statement_timeout') as is`;

    await expect(searches.run((tx) => deadline.execute(tx))).resolves.toMatchObject({ rows: [{ is: '2500ms' }] });
    await expect(deadline.execute(journal.kysely)).resolves.toMatchObject({ rows: [{ is: '14s' }] });
  });

  it('that is soon done has no workers, whose start would take longer; one that costs much has them', async () => {
    await test.query('create table each as select n from generate_series(1, 300000) n; analyze each');
    const planOf = async (cost: number) => {
      await test.query(`create or replace function fits(int) returns boolean language plpgsql immutable parallel safe cost ${cost} as 'begin return $1 = 1; end'`);
      const plan = sql<{ 'QUERY PLAN': string }>`explain select count(*) from each where fits(n)`;
      return (await searches.run((tx) => plan.execute(tx))).rows.map((row) => row['QUERY PLAN']).join('\n');
    };

    await expect(planOf(10)).resolves.not.toContain('Workers');
    await expect(planOf(1_000)).resolves.toContain('Workers Planned');
  });
});
