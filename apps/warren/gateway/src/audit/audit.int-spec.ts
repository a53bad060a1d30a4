import { type AuditPage, newId, type Problem } from '@warren/protocol';
import { add } from '../../test/dead-letters.js';
import { fakeObserver } from '../../test/fake-observer.js';
import { startGateway, surroundings, type Surroundings, type TestGateway } from '../../test/start-gateway.js';

let around: Surroundings;
let gateway: TestGateway;

const page = async (query = '') => (await gateway.call(`/api/v1/audit${query}`)).json<AuditPage>();

beforeAll(async () => {
  around = await surroundings();
  gateway = await startGateway(around);
});
beforeEach(() => around.database.query('truncate journal.answers'));

describe('GET /api/v1/audit', () => {
  it('tells who did what to what, when, and what came of it, the newest first', async () => {
    const [id, refused] = [newId(), newId()];
    await add(around.database, 'answers', { id }, { id: refused, by: 'bert', action: 'edit', subject: '7', refusal: '{"status":409,"code":"not-dead","detail":"Dead letter 7 was discarded."}' });

    expect(await page()).toEqual({
      items: [
        { id: refused, at: '2026-11-20T06:00:00.000Z', by: 'bert', action: 'edit', subject: 7, outcome: 'Dead letter 7 was discarded.' },
        { id, at: '2026-11-20T06:00:00.000Z', by: 'anna', action: 'redrive', subject: { group: 'g1' }, outcome: 'done' },
      ],
      next: null,
    });
  });

  it('has what was asked here', async () => {
    await fakeObserver(around.broker, around.database);
    await gateway.call('/api/v1/dead-letters/redrive', { method: 'POST', body: '{"group":"g1"}' });

    expect((await page()).items).toMatchObject([{ by: 'anonymous', action: 'redrive', outcome: 'done' }]);
  });

  it('has pages that follow each other', async () => {
    await add(around.database, 'answers', ...['a', 'b', 'c'].map((by) => ({ by })));
    const first = await page('?limit=2');

    const second = await page(`?limit=2&cursor=${first.next!}`);

    expect([first, second].map(({ items }) => items.map(({ by }) => by))).toEqual([['c', 'b'], ['a']]);
  });

  it('refuses a cursor that is none', async () => {
    expect((await gateway.call('/api/v1/audit?cursor=x')).json<Problem>()).toMatchObject({ status: 400, code: 'wrong-cursor' });
  });
});
