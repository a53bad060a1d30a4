import { Inquiry, inquiryTypes, type Journey, names, newId, type Problem } from '@warren/protocol';
import { onTeardown } from '@warren/testing';
import { connect } from 'amqplib';
import { add } from '../../test/dead-letters.js';
import { startGateway, surroundings, type Surroundings, type TestGateway } from '../../test/start-gateway.js';

let around: Surroundings;
let gateway: TestGateway;
beforeAll(async () => {
  around = await surroundings();
  await around.database.query(`insert into journal.consumers (queue, service) values ('shop.till', 'shop-till'), ('shop.stock', 'shop-stock')`);
  await around.broker.management(`/api/queues/${around.broker.vhost}/shop.till`, { method: 'PUT', body: { durable: true } });
  gateway = await startGateway(around);
  await gateway.call('/state', { method: 'PUT', body: 'INIT' });
});
beforeEach(() => around.database.query('truncate journal.messages, journal.hops, journal.attempts, journal.flows, journal.dead_letters'));

const at = '2026-11-20T06:40:00.000Z';
const second = (n: number) => `2026-11-20T06:40:0${n}.000Z`;
const get = (id: string, query = '') => gateway.call(`/api/v1/journeys/${id}${query}`);
const journey = async (id: string, query = '') => (await get(id, query)).json<Journey>();

const message = async (id: string, more: object = {}) => {
  const usual = { id, journey: id, flow: 'shop', topic: 'order', type: 'shop.order@1', service: 'shop-web', foreign: false, differs: false, line: 'tea', size: 3, at, published: at };
  await add(around.database, 'messages', { ...usual, ...more });
};
const hop = async (id: string, more: object = {}) => {
  const usual = { message: id, journey: id, queue: 'shop.till', consumer: 'till', flow: 'shop', outcome: 'open', attempt: 1, redrive: 0, children: 0, opened_seq: 1, since: at };
  await add(around.database, 'hops', { ...usual, ...more });
};
const ended = { service: 'shop-till', instance: 'till-1', started_at: second(1), finished_at: second(3) };
const handled = { outcome: 'handled', ...ended };

describe('GET /api/v1/journeys/{id}', () => {
  it.each(['root', 'child'] as const)('shows the whole journey by the id of its %s', async (asked) => {
    const ids = { root: newId(), child: newId() };
    await message(ids.root);
    await hop(ids.root, handled);
    await message(ids.child, { journey: ids.root, parent: ids.root, parent_queue: 'shop.till', topic: 'paid' });

    const { state, totals, items, queues, endedAt } = await journey(ids[asked].toUpperCase());

    expect({ state, totals, queues, endedAt }).toEqual({ state: 'complete', totals: { messages: 2, open: 0, handled: 1, dead: 0, discarded: 0 }, queues: [], endedAt: second(3) });
    expect(items).toMatchObject([
      { id: ids.root, parent: null, contract: 'shop.order@1', line: 'tea', publishedAt: at, hops: [{ queue: 'shop.till', state: 'handled', instance: 'till-1', children: [ids.child], attempts: [{ attempt: 1, waited: 1_000, took: 2_000 }] }] },
      { id: ids.child, parent: ids.root, parentQueue: 'shop.till', topic: 'paid', hops: [] },
    ]);
  });

  it('knows a foreign root by each id that a consumer gave it, and what they made of it', async () => {
    const [root, till, stock, child] = [newId(), newId(), newId(), newId()];
    await message(root, { foreign: true, published: null, service: null, type: null });
    await hop(root, { ...handled, alias: till });
    await hop(root, { ...handled, alias: stock, queue: 'shop.stock' });
    await message(child, { journey: stock, parent: stock, parent_queue: 'shop.stock' });

    for (const id of [root, till, stock, child]) {
      const { id: found, items, totals } = await journey(id);
      expect([found, totals.messages]).toEqual([root, 2]);
      expect(items[0]).toMatchObject({ id: root, foreign: true, contract: null, aliases: expect.arrayContaining([till, stock]), hops: [{ queue: 'shop.stock', children: [child] }, { queue: 'shop.till', children: [] }] });
      expect(items[1]).toMatchObject({ parent: root });
    }
  });

  it('shows a message with its hops also where midnight has come between them', async () => {
    const id = newId();
    await message(id, { day: '2026-11-20' });
    await hop(id, { ...handled, day: '2026-11-20' });
    await hop(id, { ...handled, queue: 'shop.stock', day: '2026-11-21' });

    const { items } = await journey(id);

    expect(items).toMatchObject([{ id, line: 'tea', hops: [{ queue: 'shop.stock' }, { queue: 'shop.till' }] }]);
  });

  it('shows every attempt, how long it waited from when it was due, and the dead letter', async () => {
    const id = newId();
    await message(id);
    await hop(id, { ...ended, outcome: 'dead', attempt: 1, redrive: 1, since: second(4), error_name: 'TypeError', error_message: 'no' });
    const tried = { message: id, queue: 'shop.till', redrive: 0, attempt: 1, outcome: 'retried', service: 'shop-till', instance: 'till-1', started_at: second(1), finished_at: second(1), error_name: 'TypeError', error_message: 'no', retry_at: second(2) };
    await add(around.database, 'attempts', tried, { ...tried, attempt: 2, outcome: 'dead', started_at: second(3), finished_at: second(3), retry_at: null }, { ...tried, redrive: 1, outcome: 'dead', started_at: second(6), finished_at: second(8), retry_at: null });
    const [, newest] = await add(around.database, 'dead_letters', { message: id, journey: id }, { message: id, journey: id, redrive: 1 });

    const { state, items: [shown] } = await journey(id); // prettier-ignore

    expect(state).toBe('dead');
    expect(shown!.hops).toMatchObject([{ state: 'dead', redrive: 1, deadLetter: newest, error: { name: 'TypeError', message: 'no' } }]);
    expect(shown!.hops[0]!.attempts.map(({ redrive, attempt, waited, took }) => [redrive, attempt, waited, took])).toEqual([[0, 1, 1_000, 0], [0, 2, 1_000, 0], [1, 1, 2_000, 2_000]]);
  });

  it('shows what went past its flow into a queue, as far as its consumer has reported it', async () => {
    const id = newId();
    await hop(id, handled);

    expect(await journey(id)).toMatchObject({ state: 'complete', flow: null, items: [{ id, contract: null, at: null, hops: [{ state: 'handled' }] }] });
  });

  it('shows as many messages as a page has, and says where the next one begins', async () => {
    const root = newId();
    await message(root);
    await hop(root, handled);
    for (let n = 0; n < 4; n += 1) await message(newId(), { journey: root, parent: root, parent_queue: 'shop.till' });

    const first = await journey(root, '?limit=3');
    const second = await journey(root, `?limit=3&cursor=${first.next}`);

    expect([first.items.length, second.items.length, second.next, second.totals.messages]).toEqual([3, 2, null, 5]);
    expect(new Set([...first.items, ...second.items].map(({ id }) => id)).size).toBe(5);
    expect(first.items[0]!.hops[0]!.children).toHaveLength(2);
  });

  it('of ten thousand messages shows the first thousand, and counts them all', async () => {
    const root = newId();
    await message(root);
    await hop(root, handled);
    const many = (columns: string, values: string) => around.database.query(`insert into journal.${columns} select ${values} from generate_series(1, 9999)`.replaceAll('$root', `'${root}'`));
    await many('messages (id, journey, parent, parent_queue, flow, at, "foreign")', `gen_random_uuid(), $root, $root, 'shop.till', 'shop', now(), false`);
    await around.database.query(`insert into journal.hops (message, journey, queue, consumer, outcome, attempt, redrive, opened_seq) select id, journey, 'shop.stock', 'stock', 'open', 1, 0, seq from journal.messages where parent is not null`);

    const { items, totals, next, queues } = await journey(root);

    expect([items.length, items[0]!.hops[0]!.children.length, totals.messages, totals.open, queues[0]!.open]).toEqual([1_000, 999, 10_000, 9_999, 9_999]);
    expect(next).not.toBeNull();
  });

  it.each([
    ['MSG_7', '', 400, 'invalid-id'],
    [newId(), '', 404, 'unknown-journey'],
    [newId(), '?limit=1001', 400, 'invalid-request'],
    [newId(), '?cursor=x', 400, 'wrong-cursor'],
  ])('refuses %s%s', async (id, query, status, code) => {
    expect((await get(id, query)).json<Problem>()).toMatchObject({ status, code });
  });
});

describe('the state of a journey', () => {
  const flow = (deadline: number) => around.database.query('insert into journal.flows values ($1, $1, $2)', ['shop', deadline]);
  const old = { since: new Date(Date.now() - 60_000), published: new Date(Date.now() - 60_000) };
  const stateOf = async (...outcomes: string[]) => {
    const id = newId();
    await message(id, { published: old.published });
    for (const [n, outcome] of outcomes.entries()) await hop(id, { queue: `q${n}`, outcome, since: old.since });
    return (await journey(id)).state;
  };

  it.each([
    ['complete', []],
    ['complete', ['handled', 'discarded']],
    ['dead', ['handled', 'dead']],
    ['open', ['dead', 'open']],
    ['open', ['retried', 'handled']],
  ])('is %s where its consumers stand at %j', async (state, outcomes) => expect(await stateOf(...outcomes)).toBe(state));

  it('is stalled when it is open longer than its flow lets it be, and only then', async () => {
    await flow(30_000);
    expect([await stateOf('open', 'dead'), await stateOf('dead'), await stateOf('handled')]).toEqual(['stalled', 'dead', 'complete']);
    await around.database.query('update journal.flows set deadline = 120000');
    expect(await stateOf('open')).toBe('open');
  });

  it('counts anew from a redrive', async () => {
    await flow(30_000);
    const id = newId();
    await message(id, { published: old.published });
    await hop(id, { redrive: 1, since: new Date() });

    expect((await journey(id)).state).toBe('open');
  });

  it('says at which queues it is stalled, since when, and what they are doing', async () => {
    await flow(1);
    const id = newId();
    await message(id);
    await hop(id);
    await hop(id, { queue: 'shop.stock', consumer: 'stock' });
    await hop(id, { queue: 'shop.mail', outcome: 'handled' });

    expect(await journey(id)).toMatchObject({
      state: 'stalled', endedAt: null, system: 'RUNNING',
      queues: [
        { queue: 'shop.stock', consumer: 'stock', service: 'shop-stock', reason: 'no-queue', broker: null },
        { queue: 'shop.till', service: 'shop-till', open: 1, since: at, reason: 'no-instance', detail: 'No instance of shop-till runs: 0 messages wait in the queue, which has no consumer.', broker: { ready: 0, inHand: 0, consumers: 0 } },
      ],
    }); // prettier-ignore
  });
});

describe('what is in hand', () => {
  /** An instance on the roster that answers, unless it hangs. */
  async function instanceOf(service: string, hands: (inquiry: Inquiry) => object[] | undefined): Promise<string> {
    const instance = `${service}-${newId()}`;
    const connection = await connect(around.broker.url);
    const channel = await connection.createChannel();
    onTeardown(() => connection.close().catch(() => undefined));
    await channel.assertQueue(names.control(instance), { exclusive: true, durable: false });
    await channel.consume(names.control(instance), (given) => {
      if (given?.properties.type !== inquiryTypes.inquiry) return;
      const inquiry = Inquiry.parse(JSON.parse(given.content.toString()));
      const held = hands(inquiry);
      if (held) channel.sendToQueue(inquiry.reply, Buffer.from(JSON.stringify({ id: inquiry.id, service, instance, hands: held })));
    }, { noAck: true }); // prettier-ignore
    await around.database.query('insert into gateway.services values ($1) on conflict do nothing', [service]);
    await around.database.query(`insert into gateway.instances values ($1, $2, '1', now(), now(), 99, 0, 0, 0, 0, null)`, [instance, service]);
    return instance;
  }
  afterEach(() => around.database.query('truncate gateway.services, gateway.instances'));
  const since = Date.parse(second(5));

  it('is asked of the instances of the services that it waits for, and of no other', async () => {
    const id = newId();
    const asked: string[] = [];
    const till = await instanceOf('shop-till', (inquiry) => (asked.push('till'), [{ message: id, journey: inquiry.journeys[0], queue: 'shop.till', attempt: 3, redrive: 0, since }]));
    await instanceOf('shop-stock', () => (asked.push('stock'), []));
    await message(id);
    await hop(id, { outcome: 'retried', attempt: 2 });

    const { items, queues } = await journey(id);

    expect(asked).toEqual(['till']);
    expect(items[0]!.hops).toMatchObject([{ state: 'in-hand', attempt: 3, inHand: { instance: till, attempt: 3, since: second(5) } }]);
    expect(queues).toMatchObject([{ reason: 'in-hand' }]);
  });

  it('is found by its digest where nobody has reported a foreign message yet', async () => {
    const id = newId();
    await instanceOf('shop-till', ({ digests: [foreign] }) => [{ message: newId(), journey: newId(), queue: 'shop.till', attempt: 1, redrive: 0, since, foreign }]);
    await message(id, { foreign: true, digest: 'd1' });
    await hop(id);

    expect((await journey(id)).items[0]!.hops).toMatchObject([{ state: 'in-hand' }]);
  });

  it('is not waited for longer than a moment, where an instance hangs', async () => {
    const id = newId();
    await instanceOf('shop-till', () => undefined);
    await message(id);
    await hop(id);

    expect((await journey(id)).items[0]!.hops).toMatchObject([{ state: 'waiting', inHand: null }]);
  });
});
