import { newId } from '@warren/protocol';
import { waitFor } from '@warren/testing';
import { announce, contract, foreign, message, report } from '../../test/deliveries.js';
import { type ObserverProcess } from '../../test/observer-process.js';
import { Operated, type Arrived } from '../../test/operated.js';

const queue = 'signal.imed';
let world: Operated;

beforeAll(async () => {
  world = await Operated.start();
  const flows = [{ name: 'signal', exchange: 'signal', contracts: [contract({ search: ['city', 'count'] }), contract({ name: 'secret', topic: 'my.s', type: 'signal.secret@1', secret: ['pin'] }), contract({ name: 'lonely', topic: 'my.l', type: 'signal.lonely@1' })] }];
  await world.journal(announce({ flows }));
});
beforeEach(async () => {
  await world.clear();
  await world.declare(queue);
  const { management, vhost } = world.broker;
  await management(`/api/exchanges/${vhost}/signal`, { method: 'PUT', body: { type: 'topic', durable: true } });
  for (const routing_key of ['my.o', 'my.s']) await management(`/api/bindings/${vhost}/e/signal/q/${queue}`, { method: 'POST', body: { routing_key } });
});
afterAll(() => world.close());

const roots = (count: number) => Array.from({ length: count }, (_, n) => message({ payload: { text: `MSG_${n}` } }));
const replay = (...ids: string[]) => world.ask({ kind: 'replay', selection: { ids } });
const find = (query: string, rate?: number) => world.ask({ kind: 'replay', selection: { query }, rate });
const replays = () => world.database.query<{ journey: string; replay: string; state: string; refusal: string | null }>('select journey, replay, state, refusal from journal.replays order by replay');
const refusalOf = async (...given: Parameters<typeof message>) => {
  const id = newId();
  await world.journal(message(given[0], { id, ...given[1] }));
  await expect(world.operation(await replay(id))).resolves.toMatchObject({ total: 1, done: 1, replayed: 0, refused: 1 });
  const [{ state, refusal } = { state: '', refusal: '' }] = await replays();
  expect(state).toBe('refused');
  return refusal;
};

describe('a replay', () => {
  let observer: ObserverProcess;
  beforeAll(async () => (observer = await world.observer()));
  afterAll(() => observer.stop('SIGKILL'));

  it("publishes a journey's root again as it was, with a journey of its own", async () => {
    const id = newId();
    const payload = { text: 'x'.repeat(5_000) };
    await world.journal(message({ payload }, { id, run: 7 }));

    await expect(world.operation(await replay(id))).resolves.toMatchObject({ kind: 'replay', total: 1, done: 1, replayed: 1, refused: 0 });

    const [{ payload: body, properties }] = (await world.arrived(queue)) as [Arrived];
    const [link] = await replays();
    expect(link).toMatchObject({ journey: id, state: 'replayed', refusal: null });
    expect(JSON.parse(body)).toEqual(payload);
    expect(properties).toMatchObject({ message_id: link?.replay, correlation_id: link?.replay, type: 'signal.original@1', content_type: 'application/json', app_id: 'signal-orig' });
    expect(properties.headers).toMatchObject({ 'warren-run': 1, 'warren-at': expect.any(Number) });
  });

  it('takes the roots that a search finds, and nothing that is not a root', async () => {
    const all = roots(3);
    const dead = newId();
    await world.journal(...all, message({}, { id: dead }), report({ id: dead, outcome: 'dead' }));
    await world.journal(message({}, { journey: String(all[0]?.properties.messageId), parent: { id: String(all[0]?.properties.messageId), queue } }));

    await expect(world.operation(await find('line:MSG_2'))).resolves.toMatchObject({ total: 1, replayed: 1 });
    await expect(world.operation(await find('state:dead'))).resolves.toMatchObject({ total: 1, replayed: 1 });
    await expect(world.operation(await find('flow:signal', 100))).resolves.toMatchObject({ total: 4, replayed: 4 });
    await expect(world.operation(await find('flow:nowhere'))).resolves.toMatchObject({ total: 0, replayed: 0 });
  });

  it('takes no root that comes after it began, such as its own', async () => {
    await world.journal(...roots(2));
    const operation = await find('', 2);
    await world.answer(operation);
    await world.journal(...roots(5));

    await expect(world.operation(operation)).resolves.toMatchObject({ total: 2, replayed: 2 });
  });

  it('makes a foreign root a message of the contract that is published there', async () => {
    await world.journal(foreign());

    await expect(world.operation(await find('foreign:true'))).resolves.toMatchObject({ replayed: 1 });
    const [{ payload, properties }] = (await world.arrived(queue)) as [Arrived];
    expect([payload, properties.type, properties.message_id]).toEqual(['{"text":"from outside"}', 'signal.original@1', (await replays())[0]?.replay]);
  });

  it('refuses what the journal has masked', async () => {
    expect(await refusalOf({ routingKey: 'my.s', payload: { pin: 1 } }, { type: 'signal.secret@1' })).toContain('secrets are masked there');
  });

  it('refuses a contract that nobody has announced', async () => {
    expect(await refusalOf({}, { type: 'signal.original@9' })).toBe('No service has announced a contract signal.original@9: start one that does, then replay it again.');
  });

  it('refuses what no consumer takes', async () => {
    expect(await refusalOf({ routingKey: 'my.l' }, { type: 'signal.lonely@1' })).toBe('No consumer takes signal my.l: start one that does, then replay it again.');
  });

  it('is refused where the journal has no root', async () => {
    const id = newId();

    await expect(world.answer(await replay(id))).resolves.toMatchObject({ status: 404, code: 'unknown-journey', detail: expect.stringContaining(id) as string });
  });

  it('keeps its rate, and waits while the system is PAUSED', async () => {
    await world.journal(...roots(20));
    const operation = await find('', 10);
    await world.operation(operation, ({ done }) => done > 0);

    await observer.hear('PAUSED');
    await world.operation(operation, ({ state }) => state === 'waiting');
    await observer.hear();

    await expect(world.operation(operation)).resolves.toMatchObject({ done: 20, replayed: 20 });
  });

  it('is ended by abort, and what it has published stays', async () => {
    await world.journal(...roots(500));
    const operation = await find('', 20);
    await world.operation(operation, ({ done }) => done > 0);

    await world.ask({ kind: 'steer', operation, steer: 'abort' });

    const { done, replayed } = await world.operation(operation, ({ state }) => state === 'aborted');
    expect(done).toBeLessThan(500);
    await waitFor(async () => (await replays()).every(({ state }) => state === 'replayed'));
    expect(replayed).toBeLessThanOrEqual(done);
  });
});

describe('a replay by a search of journeys', () => {
  const oneHour = 3_600_000;
  const names = ['tea', 'coffee', 'milk', 'water', 'juice'];
  const alias = newId();
  const ids = Object.fromEntries(names.map((name) => [name, newId()]));
  let observer: ObserverProcess;
  beforeAll(async () => (observer = await world.observer()));
  afterAll(() => observer.stop('SIGKILL'));

  /** Tea is complete, coffee dead, milk open, water stalled; juice is foreign, and what its consumer made of it is open. */
  beforeEach(async () => {
    const [now, id] = [Date.now(), (name: string) => ids[name] ?? ''];
    const root = (name: string, at: number, more = {}) => message({ payload: { text: name, ...more } }, { id: id(name), at });
    const juice = foreign({ payload: { text: 'juice' } });
    await world.journal(root('tea', now - 9_000, { city: 'Oslo' }), root('coffee', now - 1_000, { city: 'Bergen', count: 10 }), root('milk', now), root('water', now - 2 * oneHour), juice);
    const [{ id: given, digest } = { id: '', digest: '' }] = await world.database.query<{ id: string; digest: string }>('select id, digest from journal.messages where "foreign"');
    ids['juice'] = given;
    await world.journal(
      report({ id: id('tea'), finishedAt: now }), report({ id: id('coffee'), outcome: 'dead', attempt: 5, error: { name: 'TypeError', message: 'no shelf' } }), report({ id: alias, foreign: digest }),
      message({ payload: { text: 'pressed' } }, { journey: alias, parent: { id: alias, queue } }),
    ); // prettier-ignore
  });

  const nameOf = (journey: string) => names.find((name) => ids[name] === journey) ?? journey;

  it.each([
    ['', ['coffee', 'juice', 'milk', 'tea', 'water']],
    ['state:complete', ['tea']],
    ['state:dead', ['coffee']],
    ['state:open', ['juice', 'milk']],
    ['state:stalled', ['water']],
    ['not state:open latency<5000', ['coffee']],
    ['latency>5000', ['tea']],
    ['outcome:dead error:*shelf', ['coffee']],
    ['attempt>4 or payload.city:Oslo', ['coffee', 'tea']],
    ['payload.count>5', ['coffee']],
    ['instance:signal-imed-* queue:signal.imed', ['coffee', 'juice', 'tea']],
    ['foreign:true or "wat"', ['juice', 'water']],
    ['published<2026-01-01', []],
  ])('for %j takes %j: as many as it says at its start', async (query, found) => {
    await expect(world.operation(await find(query))).resolves.toMatchObject({ total: found.length, replayed: found.length });
    expect((await replays()).map(({ journey }) => nameOf(journey)).sort()).toEqual(found);
  });

  it('looks at the journal window by window', async () => {
    await world.database.query(`
      insert into observer.messages (day, id, seq, at, journey, flow, exchange, topic, type, service, run, attempt, redrive, "foreign", digest, line, size, compressed, body)
      select m.day, one.id, nextval('observer.journal_seq'), m.at, one.id, m.flow, 'many', m.topic, m.type, m.service, 1, 1, 0, false, m.digest, 'many', m.size, m.compressed, m.body
      from observer.messages m cross join lateral (select gen_random_uuid() as id from generate_series(1, 10001) where m.id = m.id) one where m.line like '%milk%'`);
    await world.journal(message({ payload: { text: 'last' } }));

    await expect(world.operation(await find('"tea" or "last"'))).resolves.toMatchObject({ total: 2, done: 2, replayed: 2 });
  });
});

describe('an observer that is killed in the middle of a replay', () => {
  it.each([
    ['before it published what it claimed', 'replay.claimed', 0],
    ['before it marked what it published', 'replay.published', 500],
  ])('%s leaves the rest to the next one, and each root begins one journey', async (_, FAILPOINT, copies) => {
    await world.journal(...roots(600));
    const first = await world.observer({ FAILPOINT });
    const operation = await find('');
    await expect(first.ended).resolves.toBe('SIGKILL');

    const next = await world.observer();

    await expect(world.operation(operation)).resolves.toMatchObject({ total: 600, done: 600, replayed: 600, refused: 0 });
    const came = (await world.arrived(queue)).map(({ properties }) => String(properties.message_id));
    await next.stop('SIGKILL');
    expect([new Set(came).size, came.length]).toEqual([600, 600 + copies]);
    expect([...new Set(came)].sort()).toEqual((await replays()).map((one) => one.replay).sort());
  });
});
