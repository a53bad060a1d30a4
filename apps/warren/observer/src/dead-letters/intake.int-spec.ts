import { zstdDecompressSync } from 'node:zlib';
import { Database } from '@warren/database';
import { digestOf, headers, names, newId, type Cause, type DeadLetterState } from '@warren/protocol';
import { testDatabase, waitFor } from '@warren/testing';
import { announce, brokerDead, consumer, contract, dead, foreign, message, report, retire } from '../../test/deliveries.js';
import { observed, write, type Observed } from '../../test/observed.js';
import { migrations } from '../migrations/index.js';
import { Intake } from './intake.js';

interface Letter {
  id: number;
  message: string;
  journey: string;
  queue: string;
  consumer: string;
  flow: string;
  contract: string | null;
  redrive: number;
  attempt: number;
  state: DeadLetterState;
  line: string;
  payload: unknown;
  headers: Record<string, unknown>;
  foreign: string | null;
  compressed: boolean;
  body: Buffer;
  shown: Buffer | null;
}

const from = { queue: names.dead };
let journal: Observed;
let intake: Intake;

beforeAll(async () => {
  journal = await observed();
});
beforeEach(async () => {
  const tables = ['dead_letters', 'dead_groups', 'dead_hours', 'intakes', 'operations', 'attempts', 'messages', 'hops', 'contracts', 'consumers'];
  await journal.database.query(`truncate ${tables.map((table) => `observer.${table}`).join()}`);
  await journal.database.query('update observer.journal_state set registry_version = registry_version + 1');
  intake = journal.intake();
});
afterAll(() => journal.close());

const letters = () => journal.database.query<Letter>('select *, id::int from observer.dead_letters order by observer.dead_letters.id');
const groups = () => journal.database.query<{ dead: number; total: number } & Cause>('select dead::int, total::int, cause, error, trend::int[] from journal.dead_groups order by total');
const hops = () => journal.database.query<{ message: string; outcome: string }>('select message, outcome, attempt, service, error_name as error, flow from journal.hops order by message');
const announced = () => write(journal.observer(), announce());

describe('a dead letter', () => {
  it('is kept with all that it brought', async () => {
    const [id, journey, parent] = [newId(), newId(), newId()];
    await announced();
    const given = dead({ payload: { text: 'MSG_7' }, cause: { name: 'TypeError', message: 'no', stack: 'take (imed.ts:1:2)' } }, { id, journey, parent: { id: parent, queue: 'signal.orig' }, run: 3, attempt: 5, redrive: 2 });
    await intake.takeIn([given], from);

    await expect(letters()).resolves.toEqual([expect.objectContaining({
      message: id, journey, parent: `${parent} signal.orig`, run: 3, attempt: 5, redrive: 2, queue: 'signal.imed', consumer: 'signal.imed', flow: 'signal',
      contract: 'signal.original@1', service: 'signal-orig', foreign: null, origin: null, content_type: 'application/json', cause: 'TypeError', error: 'no',
      stack: 'take (imed.ts:1:2)', size: 16, line: 'MSG_7', payload: { text: 'MSG_7' }, compressed: false, body: given.body, shown: null, state: 'dead',
      headers: expect.objectContaining({ 'warren-attempt': 5, 'warren-redrive': 2, 'warren-run': 3 }) as object,
    })]); // prettier-ignore
    expect(Object.keys((await letters())[0]!.headers)).not.toContain(headers.cause);
  });

  it('is one for each message, queue and redrive, however often it comes', async () => {
    const id = newId();
    const given = [dead({}, { id: id.toUpperCase() }), dead({ queue: 'audit' }, { id }), dead({}, { id: id.toUpperCase(), redrive: 1 })];

    await expect(intake.takeIn(given, from)).resolves.toMatchObject([{ message: id }, { queue: 'audit' }, { redrive: 1 }]);
    await expect(journal.intake().takeIn([...given, dead({}, { id })], from)).resolves.toEqual([]);
    await expect(letters()).resolves.toHaveLength(3);
    await expect(groups()).resolves.toMatchObject([{ dead: 1 }, { dead: 2 }]);
  });

  it('is one of each of two consumers that have one name in their services', async () => {
    await write(journal.observer(), announce({ consumers: [consumer({ name: 'mail' }), consumer({ queue: 'audit', name: 'mail' })] }));
    const id = newId();

    await expect(intake.takeIn([dead({}, { id }), dead({ queue: 'audit' }, { id })], from)).resolves.toMatchObject([{ queue: 'signal.imed' }, { queue: 'audit' }]);
    await expect(letters()).resolves.toMatchObject([{ consumer: 'mail' }, { consumer: 'mail' }]);
  });

  it('is stored with what belongs to it, or not at all', async () => {
    const failed = intake.takeIn([dead()], from, () => Promise.reject(new Error('no such operation')));
    await expect(failed).rejects.toThrow('no such operation');

    await expect(letters()).resolves.toEqual([]);
  });

  it('waits for the journal, so that what is stored later is seen later', async () => {
    const ended: string[] = [];
    const writing = await journal.holding(`select pg_advisory_xact_lock(hashtextextended('warren.journal', 0))`);
    const letter = intake.takeIn([dead()], from).then(() => ended.push('letter'));
    await waitFor(async () => (await journal.database.query(`select from pg_stat_activity where datname = current_database() and wait_event = 'advisory'`)).length > 0);
    ended.push('journal');
    await Promise.all([writing.end(), letter]);

    expect(ended).toEqual(['journal', 'letter']);
  });

  it('waits for the tables that it is kept in', async () => {
    const { url, query } = await testDatabase();
    const database = new Database({ url, schema: 'observer', migrations });
    await new Intake(database).takeIn([dead()], from);

    await expect(query('select from journal.dead_letters')).resolves.toHaveLength(1);
    await database.close();
  });

  it('has the name of its consumer, once that is announced', async () => {
    await intake.takeIn([dead({ queue: 'signal.queue' })], from);
    await write(journal.observer(), announce({ consumers: [consumer({ queue: 'signal.queue', name: 'signal.imed' })] }));
    await intake.takeIn([dead({ queue: 'signal.queue' })], from);

    await expect(letters()).resolves.toMatchObject([{ consumer: 'signal.queue', flow: 'signal' }, { consumer: 'signal.imed', flow: 'signal' }]);
  });

  it('shows no secret, and keeps its body for the redrive', async () => {
    const flows = [{ name: 'signal', exchange: 'signal', contracts: [contract({ secret: ['password'], line: '{user} {password}' })] }];
    await write(journal.observer(), announce({ flows }));
    const given = [
      dead({ payload: { user: 'bob', password: 'hunter2' } }),
      dead({ payload: { user: 'bob', password: 'hunter2' } }, { type: 'signal.original@9' }),
      dead({ body: Buffer.from('hunter2') }),
      dead({ body: Buffer.from(`{"password":"hunter2${' '.repeat(9 * 1024 ** 2)}"}`) }),
    ];
    await intake.takeIn(given, from);

    const shown = { user: 'bob', password: '***' };
    const kept = await letters();
    expect(kept.map(({ line, payload }) => ({ line, payload }))).toEqual([
      { line: 'bob ***', payload: shown }, { line: 'bob ***', payload: shown }, { line: '***', payload: null }, { line: '***', payload: null },
    ]); // prettier-ignore
    expect(kept.map(({ compressed, body }) => (compressed ? zstdDecompressSync(body) : body).equals(given.shift()!.body))).toEqual([true, true, true, true]);
    await expect(journal.database.query(`select from journal.dead_letters l where l::text like '%hunter2%' or convert_from(shown, 'utf8') like '%hunter2%'`)).resolves.toEqual([]);
  });
});

describe('nothing is refused for what it contains', () => {
  it('but kept as far as Postgres can, and the others whole', async () => {
    const bodies = ['{"a":1}', '{"a":1e200000}', `{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`, '{"a":"\\u0000"}', 'no JSON', '', '{"b":2}'];
    await intake.takeIn(bodies.map((body) => dead({ body: Buffer.from(body) })), from); // prettier-ignore

    const kept = await letters();
    expect(kept.map(({ payload }) => payload)).toEqual([{ a: 1 }, null, null, { a: '' }, null, null, { b: 2 }]);
    expect(kept.map(({ compressed, body }) => (compressed ? zstdDecompressSync(body) : body).toString())).toEqual(bodies);
    await expect(groups()).resolves.toMatchObject([{ dead: 7, total: 7 }]);
  });

  it.each([9, 40])('not a body of %d MB', async (megabytes) => {
    const body = Buffer.alloc(megabytes * 1024 ** 2, 'x');
    await intake.takeIn([dead({ body }), dead({ body }), dead()], from);

    const kept = await journal.database.query<{ size: number; body: Buffer; compressed: boolean; line: string; payload: unknown }>('select * from observer.dead_letters order by id limit 1');
    expect(kept).toMatchObject([{ size: body.length, compressed: true, line: 'x'.repeat(1024), payload: null }]);
    expect(zstdDecompressSync(kept[0]!.body).equals(body)).toBe(true);
    await expect(letters()).resolves.toHaveLength(3);
  });

  it('not a long body of a contract with a template: nobody waits until it is parsed', async () => {
    await announced();
    await intake.takeIn([dead({ payload: { text: 'x'.repeat(9 * 1024 ** 2) } })], from);

    await expect(letters()).resolves.toMatchObject([{ line: expect.stringMatching(/^{"text":"x{1015}$/) as string }]);
  });

  it('not NUL and halves of characters in all its texts', async () => {
    const given = dead({ queue: 'a\0b\ud800', cause: { name: 'c\0\ud800', message: 'd\0\ud800', stack: 'e\0\ud800' }, body: Buffer.from('f\0') }, { type: 'g\0@1', service: 'h\0', parent: { id: newId(), queue: 'i\0' } });
    given.properties.contentType = 'j\0';
    given.properties.headers!['k\0\ud800'] = 'l\0\ud800';
    await intake.takeIn([given], from);

    const half = '\ufffd';
    await expect(letters()).resolves.toMatchObject([{ queue: `ab${half}`, cause: `c${half}`, error: `d${half}`, stack: `e${half}`, line: 'f', contract: 'g@1', service: 'h', content_type: 'j', headers: { [`k${half}`]: `l${half}` } }]);
  });

  it('not headers of any kind and depth', async () => {
    let deep: unknown = 1;
    for (let n = 0; n < 20_000; n += 1) deep = { deep };
    const wild = [
      { 'warren-queue': 'x'.repeat(5_000), 'warren-cause': 'x'.repeat(50_000), 'x-delivery-count': -1 },
      { 'warren-queue': 7, 'warren-cause': {}, 'x-death': 'often', 'x-delivery-count': 'twice' },
      { 'x-death': [{ queue: 'q', reason: 'rejected', count: 2 ** 40, 'routing-keys': [] }], deep, bytes: Buffer.from([0, 255]) },
      { 'warren-redrive': 2 ** 40, 'warren-attempt': 2 ** 40, 'warren-run': 2 ** 40, 'warren-at': 2 ** 52 },
    ];
    const given = wild.map((more) => { const made = message(); Object.assign(made.properties.headers!, more); return made; }); // prettier-ignore
    await intake.takeIn([...given, ...wild.map((headed) => foreign({ properties: { headers: headed } }))], from);

    await expect(letters()).resolves.toHaveLength(8);
  });
});

describe('a letter without an id', () => {
  const stored = async () => (await letters()).length;
  const taken = (...given: ReturnType<typeof foreign>[]) => intake.takeIn(given, from);

  it('gets one, and is no copy because it is equal', async () => {
    await taken(foreign(), foreign());

    const [one, other] = await letters();
    expect(one).toMatchObject({ journey: one!.message, redrive: 0, attempt: 1, foreign: digestOf('signal', 'my.o', foreign().body) });
    expect(other!.message).not.toBe(one!.message);
  });

  it('is known again when the broker gives it out again, each as often as it comes', async () => {
    await taken(foreign(), foreign(), foreign({ payload: 'other' }));
    await taken(foreign({ returns: 1 }), foreign({ returns: 1 }));
    await taken(foreign({ payload: 'other', returns: 1 }));
    await taken(foreign({ returns: 2 }), foreign({ returns: 2 ** 40 }));
    await expect(stored()).resolves.toBe(3);

    await taken(foreign({ returns: 1 }));
    await expect(stored()).resolves.toBe(4);
  });

  it('is known again by another observer, and when the answer to a commit was lost', async () => {
    const lost = journal.intake();
    const { database } = lost as unknown as { database: Database };
    const transaction = database.transaction.bind(database);
    database.transaction = async (work) => {
      await transaction(work);
      throw new Error('Connection terminated unexpectedly');
    };
    await expect(lost.takeIn([foreign()], from)).rejects.toThrow('terminated');
    database.transaction = transaction;
    await lost.takeIn([foreign()], from);
    await taken(foreign({ returns: 1 }));
    await expect(stored()).resolves.toBe(1);

    for (let n = 0; n < 2; n += 1) await lost.takeIn([foreign({ payload: 'other' })], from);
    await expect(stored()).resolves.toBe(3);
  });

  it('is another one with another property or header', async () => {
    await taken(foreign());
    await taken(foreign({ returns: 1, properties: { messageId: '1', headers: { 'x-delivery-count': 1 } } }), foreign({ properties: { headers: { 'x-delivery-count': 1, more: true } } }));

    await expect(stored()).resolves.toBe(3);
  });

  it('is another one in another queue', async () => {
    await taken(foreign());
    await intake.takeIn([foreign({ returns: 1 })], { queue: 'parked' });

    await expect(stored()).resolves.toBe(2);
  });

  it('is another one when all before it was acknowledged', async () => {
    await taken(foreign());
    await intake.settle(from);
    await taken(foreign({ returns: 1 }));
    await expect(stored()).resolves.toBe(2);

    await taken(foreign({ returns: 2 }));
    await expect(stored()).resolves.toBe(2);
  });

  it('of a consumer’s queue is what the consumer takes it for', async () => {
    await announced();
    await taken(brokerDead({ queue: 'signal.imed' }), brokerDead({ queue: 'unknown' }));

    await expect(letters()).resolves.toMatchObject([{ contract: 'signal.original@1', line: 'from outside' }, { contract: null, line: '{"text":"from outside"}' }]);
  });
});

describe('groups', () => {
  it('count what is new, by cause', async () => {
    const timeout = (ms: number) => dead({ cause: { name: 'Error', message: `timeout of ${ms}ms exceeded` } });
    const one = timeout(1);
    await intake.takeIn([one, timeout(20), dead()], from);
    await intake.takeIn([one, timeout(300)], from);

    const trend = [...Array<number>(23).fill(0), 3];
    await expect(groups()).resolves.toEqual([
      { dead: 1, total: 1, cause: 'TypeError', error: 'no', trend: [...Array<number>(23).fill(0), 1] },
      { dead: 3, total: 3, cause: 'Error', error: 'timeout of 1ms exceeded', trend },
    ]);
  });

  it('say when they were seen first and last', async () => {
    await intake.takeIn([dead()], from);
    await intake.takeIn([dead()], from);

    const [{ same }] = (await journal.database.query<{ same: boolean }>(`select
      first_seen = (select min(at) from observer.dead_letters) and last_seen = (select max(at) from observer.dead_letters) and first_seen < last_seen as same
      from journal.dead_groups`)) as [{ same: boolean }];
    expect(same).toBe(true);
  });
});

describe('a redriven message that is dead again', () => {
  const operation = newId();
  const redriven = async (id: string, state: DeadLetterState) => {
    await intake.takeIn([dead({}, { id })], from);
    await journal.database.query(`insert into observer.operations (id, kind, state, by, at, total) values ('${operation}', 'redrive', 'running', 'me', now(), 1)`);
    await journal.database.query(`update observer.dead_letters set state = '${state}', operation = '${operation}'`);
  };
  const counted = async () => (await journal.database.query('select open::int, handled::int, dead_again::int as again from journal.operations'))[0];

  it.each(['redriving', 'redriven'] as const)('ends its redrive, in state %s', async (state) => {
    const id = newId();
    await redriven(id, state);
    await intake.takeIn([dead({}, { id, redrive: 1 }), dead({ queue: 'audit' }, { id, redrive: 1 })], from);

    expect((await letters()).map((one) => [one.redrive, one.state])).toEqual([[0, 'dead-again'], [1, 'dead'], [1, 'dead']]);
    await expect(counted()).resolves.toEqual({ open: 0, handled: 0, again: 1 });
  });

  it('does not undo the end of its redrive', async () => {
    const id = newId();
    await redriven(id, 'handled');
    await intake.takeIn([dead({}, { id, redrive: 1 })], from);

    expect((await letters()).map(({ state }) => state)).toEqual(['handled', 'dead']);
  });
});

describe('a hop that nobody reports', () => {
  const gone = (id: string) => message({ exchange: names.return, routingKey: 'signal.imed' }, { id, attempt: 2 });

  it('ends with the broker’s dead letter', async () => {
    const [id, other] = [newId(), newId()].sort() as [string, string];
    await announced();
    await write(journal.observer(), message({}, { id }), message({}, { id: other }));
    await intake.takeIn([brokerDead({ queue: 'signal.imed' }, message({}, { id }))], from);

    await expect(hops()).resolves.toMatchObject([{ message: id, outcome: 'dead', service: null, error: 'DeliveryLimitError' }, { message: other, outcome: 'open' }]);
  });

  it('ends when the queue is gone that it waits for, and the attempt was not made', async () => {
    const id = newId();
    await announced();
    await write(journal.observer(), message({}, { id }), report({ id, outcome: 'retried', retryAt: Date.now() }));
    await intake.takeIn([gone(id)], from);
    await write(journal.observer(), report({ id, outcome: 'retried', retryAt: Date.now() }));

    await expect(letters()).resolves.toMatchObject([{ queue: 'signal.imed', attempt: 1, cause: 'QueueGoneError' }]);
    await expect(hops()).resolves.toMatchObject([{ message: id, outcome: 'dead', attempt: 1 }]);
  });

  it('is found by its digest where the message has no id', async () => {
    await announced();
    await write(journal.observer(), foreign(), foreign());
    await intake.takeIn([brokerDead({ queue: 'signal.imed' })], from);

    expect((await hops()).map(({ outcome }) => outcome).sort()).toEqual(['dead', 'open']);
  });

  it('is dead also where the journal sees the message after it', async () => {
    const id = newId();
    await announced();
    await intake.takeIn([brokerDead({ queue: 'signal.imed' }, message({}, { id }))], from);
    await write(journal.observer(), message({}, { id }));

    await expect(hops()).resolves.toMatchObject([{ message: id, outcome: 'dead', flow: 'signal' }]);
  });

  it('ends also where its consumer is retired and its queue gone', async () => {
    const id = newId();
    await announced();
    await write(journal.observer(), message({}, { id }), report({ id, outcome: 'retried', retryAt: Date.now() }), retire());
    await intake.takeIn([gone(id), brokerDead({ queue: 'signal.imed' }, message())], from);

    await expect(hops()).resolves.toMatchObject([{ message: id, outcome: 'dead', attempt: 1 }]);
  });

  it('is none where a consumer reports it, or where Warren has no consumer', async () => {
    await announced();
    await intake.takeIn([dead(), brokerDead({ queue: 'elsewhere' }, message())], from);

    await expect(hops()).resolves.toEqual([]);
  });
});
