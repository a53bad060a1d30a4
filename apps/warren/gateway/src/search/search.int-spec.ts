import { FoundJourneys, FoundMessages, newId, type Problem, type ReplayDryRun } from '@warren/protocol';
import { add } from '../../test/dead-letters.js';
import { startGateway, surroundings, type Surroundings, type TestGateway } from '../../test/start-gateway.js';

let around: Surroundings;
let gateway: TestGateway;
/** By a name that the tests give them. */
const ids: Record<string, string> = {};
const nameOf = (id: string) => Object.entries(ids).find(([, one]) => one === id)?.[0] ?? id;
const second = (n: number, fraction = '000') => `2026-11-20T06:40:${String(n).padStart(2, '0')}.${fraction}Z`;

async function message(name: string, at: string, more: object = {}): Promise<string> {
  const id = (ids[name] ??= newId());
  const usual = { id, journey: id, flow: 'shop', exchange: 'shop', topic: 'shop.order', type: 'shop.order@1', service: 'shop-web', run: 1, attempt: 1, foreign: false, differs: false, line: name, size: 3, digest: '', at, published: at };
  await add(around.database, 'messages', { ...usual, ...more });
  return id;
}

async function hop(name: string, more: object = {}): Promise<void> {
  const id = ids[name];
  const usual = { message: id, journey: id, queue: 'shop.till', consumer: 'till', flow: 'shop', outcome: 'handled', attempt: 1, redrive: 0, children: 0, opened_seq: 1, since: second(0) };
  const ended = { service: 'shop-till', instance: 'till-1', started_at: second(1), finished_at: second(3) };
  await add(around.database, 'hops', { ...usual, ...('outcome' in more && more.outcome === 'open' ? {} : ended), ...more });
}

beforeAll(async () => {
  around = await surroundings();
  gateway = await startGateway(around);
  const tea = await message('tea', second(0), { search: '{"city":"Oslo","count":2,"items":[{"sku":"a"},{"sku":"b"}]}', size: 900 });
  await hop('tea');
  await hop('tea', { queue: 'shop.stock', consumer: 'stock', outcome: 'dead', attempt: 5, instance: 'stock-2', finished_at: second(9), error_name: 'TypeError', error_message: 'no shelf' });
  await message('paid', second(3), { journey: tea, parent: tea, topic: 'shop.paid', type: 'shop.paid@1', service: 'shop-till' });
  await message('coffee', second(4), { search: '{"city":"Bergen","count":10}', line: 'coffee 50% off' });
  await hop('coffee', { outcome: 'open' });
  await message('mail', second(4), { flow: 'mail', exchange: 'mail', topic: 'mail.out', type: 'mail.out@2', service: 'mailer', run: 2, differs: true });
  await message('foreign', second(5), { foreign: true, type: null, service: null, published: null });
  await hop('foreign', { alias: (ids['alias'] = newId()), finished_at: second(6) });
  await message('answer', second(6), { journey: ids['alias'], parent: ids['alias'] });
  await hop('answer', { journey: ids['alias'], outcome: 'retried', queue: 'shop.desk', finished_at: second(7) });
});
afterAll(() => gateway.close());

const get = (list: 'messages' | 'journeys', q: string, more = '', headers = {}) => gateway.call(`/api/v1/${list}?q=${encodeURIComponent(q)}${more}`, { headers });
const messages = async (q: string, more = '') => FoundMessages.parse((await get('messages', q, more)).json<unknown>());
const journeys = async (q: string, more = '') => FoundJourneys.parse((await get('journeys', q, more)).json<unknown>());
const found = ({ items }: { items: { id: string }[] }) => items.map(({ id }) => nameOf(id));

describe('GET /api/v1/messages', () => {
  it.each([
    ['', ['answer', 'foreign', 'mail', 'coffee', 'paid', 'tea']],
    ['flow:shop topic:shop.paid', ['paid']],
    ['flow:mail or topic:shop.p*', ['mail', 'paid']],
    ['not flow:shop', ['mail']],
    ['(contract:shop.order@1 or service:mailer) and not differs:true', ['answer', 'coffee', 'tea']],
    ['run>1', ['mail']],
    ['foreign:true', ['foreign']],
    ['at>=2026-11-20T06:40:05', ['answer', 'foreign']],
    ['at:2026-11-20T06:40:04', ['mail', 'coffee']],
    ['published<2026-11-20T06:40:03', ['tea']],
    ['outcome:dead', ['tea']],
    ['outcome:open or outcome:retried', ['answer', 'coffee']],
    ['queue:shop.till outcome:handled', ['foreign', 'tea']],
    ['queue:shop.stock outcome:dead', ['tea']],
    ['queue:shop.till outcome:dead', []],
    ['instance:stock-*', ['tea']],
    ['attempt>4', ['tea']],
    ['error:*shelf*', ['tea']],
    ['latency>=9000', ['tea']],
    ['latency<2000', ['answer', 'foreign']],
    ['size>100', ['tea']],
    ['payload.city:Oslo', ['tea']],
    ['payload.count>5', ['coffee']],
    ['payload.items.sku:b', ['tea']],
    ['payload.city:*', ['coffee', 'tea']],
    ['"50% off"', ['coffee']],
    ['50_', []],
    ['nothing', []],
  ])('%j finds %j', async (q, names) => expect(found(await messages(q))).toEqual(names));

  it.each(['id', 'journey', 'parent'])('finds by %s', async (field) => {
    expect(found(await messages(`${field}:${ids['tea']}`))).toEqual({ id: ['tea'], journey: ['paid', 'tea'], parent: ['paid'] }[field]);
  });

  it('tells what became of each', async () => {
    expect((await messages('tea')).items).toEqual([
      {
        id: ids['tea'], journey: ids['tea'], parent: null, flow: 'shop', topic: 'shop.order', contract: 'shop.order@1', service: 'shop-web', run: 1, foreign: false, differs: false,
        at: second(0), publishedAt: second(0), size: 900, line: 'tea',
        hops: [
          { queue: 'shop.stock', consumer: 'stock', outcome: 'dead', attempt: 5, instance: 'stock-2', latency: 9_000 },
          { queue: 'shop.till', consumer: 'till', outcome: 'handled', attempt: 1, instance: 'till-1', latency: 3_000 },
        ],
      },
    ]); // prettier-ignore
    expect((await messages('coffee')).items[0]?.hops).toEqual([{ queue: 'shop.till', consumer: 'till', outcome: 'open', attempt: 1, instance: null, latency: null }]);
  });

  it('goes on from page to page, also between messages of one time', async () => {
    const pages: string[][] = [];
    for (let next: string | null = ''; next !== null; ) {
      const page: FoundMessages = await messages('', `&limit=2${next && `&cursor=${next}`}`);
      pages.push(found(page));
      next = page.next;
    }
    expect(pages).toEqual([['answer', 'foreign'], ['mail', 'coffee'], ['paid', 'tea']]);
    expect(await get('messages', '', '&cursor=x')).toMatchObject({ status: 400 });
  });

  it.each([
    ['flow:', 'Expected a value after "flow:" at column 6.', 5],
    ['flw:shop', 'There is no field "flw" at column 1.', 0],
    ['outcome>dead', 'Expected ":" instead of ">" at column 8.', 7],
    ['outcome.x:dead', 'There is nothing inside the field "outcome" at column 1.', 0],
  ])('refuses %s at its place', async (q, detail, offset) => {
    const { status, ...answer } = await get('messages', q);
    const problem = answer.json<Problem & { offset: number }>();
    expect([status, problem.offset]).toEqual([422, offset]);
    expect(problem.detail).toContain(detail);
  });

  it('gives all of it as NDJSON, the same in the same order', async () => {
    const { text, headers } = await get('messages', 'flow:shop', '', { accept: 'application/x-ndjson' });

    expect(headers.get('content-type')).toContain('application/x-ndjson');
    const lines = text.trimEnd().split('\n').map((line) => JSON.parse(line) as FoundMessages['items'][0]);
    expect(lines).toEqual((await messages('flow:shop')).items);
    expect((await get('messages', 'nothing', '', { accept: 'application/x-ndjson' })).text).toBe('');
    expect((await get('messages', 'flow:', '', { accept: 'application/x-ndjson' })).status).toBe(422);
  });

  it('gives more than a portion of them', async () => {
    await around.database.query(`
      insert into journal.messages (id, journey, flow, exchange, topic, run, attempt, "foreign", differs, line, size, digest, at)
      select gen_random_uuid(), gen_random_uuid(), 'many', 'many', 'many', 1, 1, false, false, n::text, 1, '', '2026-11-21' from generate_series(1, 1201) n`);
    const { text } = await get('messages', 'flow:many', '', { accept: 'application/x-ndjson' });
    expect(text.trimEnd().split('\n').map((line) => Number((JSON.parse(line) as { line: string }).line))).toEqual(Array.from({ length: 1_201 }, (_, index) => 1_201 - index)); // prettier-ignore
    await around.database.query(`delete from journal.messages where flow = 'many'`);
  });
});

describe('GET /api/v1/journeys', () => {
  it.each([
    ['', ['foreign', 'mail', 'coffee', 'tea']],
    ['state:dead', ['tea']],
    ['state:complete', ['mail']],
    ['state:stalled', ['foreign', 'coffee']],
    ['state:stal*', ['foreign', 'coffee']],
    ['not state:dead', ['foreign', 'mail', 'coffee']],
    ['latency>=9000 or state:complete', ['mail', 'tea']],
    ['not state:stalled and latency>1000', ['tea']],
    ['queue:shop.stock', ['tea']],
    ['queue:shop.till outcome:dead', []],
    ['flow:shop payload.city:Bergen', ['coffee']],
    ['contract:mail.out@2 or "tea"', ['mail', 'tea']],
    ['outcome:retried', []],
    ['error:*shelf* or run>1', ['mail', 'tea']],
    ['not queue:shop.till', ['mail']],
    ['published<2026-11-20T06:40:04', ['tea']],
  ])('%j finds %j, and so does a replay', async (query, names) => {
    expect(found(await journeys(query))).toEqual(names);
    const dryRun = await gateway.call('/api/v1/journeys/replay', { method: 'POST', body: JSON.stringify({ query, dryRun: true }) });
    expect(dryRun.json<ReplayDryRun>().total).toBe(names.length);
  });

  it('calls open what its flow gives more time', async () => {
    await add(around.database, 'flows', { name: 'shop', exchange: 'shop', deadline: 10 * 365 * 86_400_000 });
    expect(found(await journeys('state:open'))).toEqual(['foreign', 'coffee']);
    await around.database.query('truncate journal.flows');
  });

  it('tells what came of each', async () => {
    expect((await journeys('tea')).items).toEqual([
      {
        id: ids['tea'], state: 'dead', flow: 'shop', topic: 'shop.order', contract: 'shop.order@1', service: 'shop-web', run: 1, foreign: false, at: second(0), publishedAt: second(0), size: 900,
        line: 'tea', latency: 9_000,
      },
    ]); // prettier-ignore
    expect((await journeys('mail')).items[0]).toMatchObject({ state: 'complete', latency: null });
  });

  it('gives all of it as NDJSON', async () => {
    const { text } = await get('journeys', 'flow:shop', '&limit=1', { accept: 'application/x-ndjson' });
    expect(text.trimEnd().split('\n').map((line) => nameOf((JSON.parse(line) as { id: string }).id))).toEqual(['foreign', 'coffee', 'tea']); // prettier-ignore
  });
});
