import { zstdDecompressSync } from 'node:zlib';
import { Database } from '@warren/database';
import { derivedId, names, newId } from '@warren/protocol';
import { testDatabase, waitFor } from '@warren/testing';
import { announce, consumer, contract, dead, foreign, hopReport, control, marker, message, report, retire } from '../../test/deliveries.js';
import { observed, write, type Observed } from '../../test/observed.js';
import { migrations } from '../migrations/index.js';
import { JournalWriter } from './journal.writer.js';

let journal: Observed;
let writer: JournalWriter;

beforeAll(async () => {
  journal = await observed();
});
beforeEach(async () => {
  await journal.database.query('truncate observer.messages, observer.hops, observer.markers, observer.contracts, observer.consumers, observer.sources');
  await journal.database.query('update observer.journal_state set registry_version = registry_version + 1');
  writer = journal.observer({ run: 7 });
});
afterAll(() => journal.close());

/** Whether a session of this journal waits for that. */
const sessions = async (event: string) => (await journal.database.query('select from pg_stat_activity where datname = current_database() and wait_event = $1', [event])).length > 0;
const lines = async () => (await journal.messages()).map(({ line }) => line);

describe('messages', () => {
  it('are kept in the order of the queue, each with the next seq', async () => {
    await write(writer, ...['a', 'b', 'c'].map((text) => message({ payload: { text } })));

    const seen = await journal.messages();

    expect(seen.map(({ line }) => line)).toEqual(['a', 'b', 'c'].map((text) => JSON.stringify({ text })));
    expect(seen[2]!.seq - seen[0]!.seq).toBe(2);
  });

  it('that come twice are one row, in one batch and in two', async () => {
    const twice = message();
    await write(writer, twice, twice);
    await write(writer, { ...twice, redelivered: true });

    await expect(journal.messages()).resolves.toMatchObject([{ differs: false }]);
  });

  it('that come again with another body stay as they came first, and say so', async () => {
    const id = newId();
    await write(writer, message({ payload: { text: 'first' } }, { id }));
    await write(writer, message({ payload: { text: 'second' } }, { id }));

    await expect(journal.messages()).resolves.toMatchObject([{ id, line: '{"text":"first"}', differs: true }]);
  });

  it('are found again by an id in other letters', async () => {
    const id = newId();
    await write(writer, message({}, { id }));
    await write(writer, message({}, { id: id.toUpperCase(), journey: id.toUpperCase() }));

    await expect(journal.messages()).resolves.toHaveLength(1);
  });

  it('of a timer, whose id has no time, are one row also when they are published again after midnight', async () => {
    const id = derivedId('tick', 1);
    const midnight = new Date().setUTCHours(0, 0, 0, 0);
    await write(writer, message({}, { id, at: midnight - 1 }));
    await write(writer, message({}, { id, at: midnight + 1 }));

    await expect(journal.messages()).resolves.toHaveLength(1);
  });

  it('go to the partition of their journey', async () => {
    const journey = '01963f2e-0000-7000-8000-000000000000'; // 2025-04-16: too far off
    await write(writer, message(), message({}, { journey }));

    const today = new Date().toISOString().slice(0, 10).replaceAll('-', '');
    await expect(journal.database.query('select distinct tableoid::regclass::text as name from observer.messages'))
      .resolves.toEqual([{ name: `observer.messages_${today}` }]);
  });

  it('belong to the run they bring, else to the observer’s', async () => {
    await write(writer, message({}, { run: 3 }), message({}, { run: undefined }), foreign());

    expect((await journal.messages()).map(({ run }) => run)).toEqual([3, 7, 7]);
  });

  it('with a long body are compressed, and those with a short one are not', async () => {
    const text = 'x'.repeat(13_000);
    await write(writer, message({ payload: { text } }), message({ payload: { text: 'short' } }), foreign({ body: Buffer.alloc(0) }), message({ payload: { text: 'last' } }));

    const rows = await journal.database.query<{ compressed: boolean; body: Buffer; size: number }>('select compressed, body, size from observer.messages order by seq');
    expect(rows.map(({ compressed, size }) => ({ compressed, size }))).toEqual([{ compressed: true, size: text.length + 11 }, ...[16, 0, 15].map((size) => ({ compressed: false, size }))]);
    expect(JSON.parse(zstdDecompressSync(rows[0]!.body).toString())).toEqual({ text });
    expect(rows.slice(1).map(({ body }) => body.toString())).toEqual(['{"text":"short"}', '', '{"text":"last"}']);
  });

  it('with headers out of all bounds are kept', async () => {
    await write(writer, message({}, { run: 2 ** 40, attempt: 2 ** 40, at: Number.MAX_SAFE_INTEGER }));

    await expect(journal.messages()).resolves.toMatchObject([{ run: 2 ** 31 - 1 }]);
  });

  it('with NUL in all their texts are kept', async () => {
    await write(writer, message({ exchange: 'a\0b', routingKey: 'c\0d', payload: '\0', body: Buffer.from('e\0f') }, { type: 'g\0h', service: 'i\0j' }));

    await expect(journal.messages()).resolves.toMatchObject([{ flow: 'ab', line: 'ef' }]);
  });
});

describe('a writer', () => {
  it('waits for its tables', async () => {
    const { url, query } = await testDatabase();
    const database = new Database({ url, schema: 'observer', migrations });
    await write(new JournalWriter(database, { command: undefined }), message());

    await expect(query('select from journal.messages')).resolves.toHaveLength(1);
    await database.close();
  });
});

describe('lines', () => {
  it('are made by the contract’s template, of messages that come after its announcement', async () => {
    await write(writer, message({ payload: { text: 'before' } }), announce(), message({ payload: { text: 'after' } }));
    await write(writer, message({ payload: { text: 'later' } }));

    await expect(lines()).resolves.toEqual(['{"text":"before"}', 'after', 'later']);
  });

  it('are made by it in an observer that has not heard the announcement itself', async () => {
    const other = journal.observer();
    await write(other, message({ payload: { text: 'before' } }));
    await write(writer, announce());
    await write(other, message({ payload: { text: 'after' } }));

    await expect(lines()).resolves.toEqual(['{"text":"before"}', 'after']);
  });

  it('of a contract without a template show the body, also in an observer that learnt of it from the database', async () => {
    const other = journal.observer();
    await write(writer, announce({ flows: [{ name: 'signal', exchange: 'signal', contracts: [contract({ line: undefined })] }] }));
    await write(other, message({ payload: { text: 'plain' } }));

    await expect(lines()).resolves.toEqual(['{"text":"plain"}']);
  });

  it('are found by the fields that their contract names, and by no secret', async () => {
    await write(writer, announce({ flows: [{ name: 'signal', exchange: 'signal', contracts: [contract({ search: ['city', 'user.id', 'user.pin'], secret: ['user.pin'] })] }] }));
    await write(writer, message({ payload: { city: 'Oslo', user: { id: 42, pin: 1234 }, text: 'x' } }));
    writer = journal.observer({ run: 7 }); // which reads the contract from the database
    await write(writer, message({ payload: { city: 'Bergen' } }), message({ routingKey: 'my.i', payload: { city: 'Oslo' } }, { type: 'signal.intermediate@1' }));

    await expect(journal.database.query('select search from journal.messages order by seq')).resolves.toEqual([
      { search: { city: 'Oslo', user: { id: 42, pin: '***' } } }, { search: { city: 'Bergen' } }, { search: null },
    ]); // prettier-ignore
  });

  it('show no secret, and the body that is kept has none', async () => {
    await write(writer, announce({ flows: [{ name: 'signal', exchange: 'signal', contracts: [contract({ secret: ['password'], line: '{text} {password}' })] }] }));
    await write(writer, message({ payload: { text: 'login', password: 'hunter2' } }), foreign({ body: Buffer.from('password=hunter2') }));

    await expect(lines()).resolves.toEqual(['login ***', '***']);
    await expect(journal.database.query(`select from observer.messages where convert_from(body, 'utf8') like '%hunter2%'`)).resolves.toEqual([]);
  });

  it('are filed under the flow that announced the exchange, else under the exchange', async () => {
    await write(writer, announce({ flows: [{ name: 'signal', exchange: 'wires', contracts: [contract()] }] }), message({ exchange: 'wires' }), message({ exchange: 'unknown' }));

    expect((await journal.messages()).map(({ flow }) => flow)).toEqual(['signal', 'unknown']);
  });
});

describe('the order', () => {
  it('is the order in which records become visible: a later one waits for an earlier one that is slow', async () => {
    const committed: string[] = [];
    const slowing = await journal.holding('lock table observer.messages in exclusive mode');
    const earlier = write(journal.observer(), message()).then(() => committed.push('earlier'));
    await waitFor(() => sessions('relation'));
    const later = write(writer, marker()).then(() => committed.push('later'));
    await waitFor(() => sessions('advisory'));

    await Promise.all([slowing.end(), earlier, later]);

    expect(committed).toEqual(['earlier', 'later']);
  });

  it('is kept by an observer that was stopped in the middle of a batch: another’s waits for it', async () => {
    const ended: string[] = [];
    const stalled = await journal.holding(`select pg_advisory_xact_lock(hashtextextended('warren.journal', 0))`);
    const other = write(writer, message()).then(() => ended.push('other'));
    await waitFor(() => sessions('advisory'));
    ended.push('stalled');
    await Promise.all([stalled.end(), other]);

    expect(ended).toEqual(['stalled', 'other']);
  });
});

describe('foreign messages', () => {
  it('get an id of the observer’s, and are not taken for copies because they are equal', async () => {
    await write(writer, foreign(), foreign());

    const [one, two] = await journal.messages();
    expect(one).toMatchObject({ foreign: true, journey: one!.id });
    expect(two!.id).not.toBe(one!.id);
  });

  it('that the broker gives out again are found by their digest', async () => {
    await write(writer, foreign(), foreign({ payload: 'other' }));
    await write(writer, foreign({ returns: 1 }), foreign({ payload: 'other', returns: 1 }));
    await write(writer, foreign({ returns: 2 }));

    await expect(journal.messages()).resolves.toHaveLength(2);
  });

  it('that are long acknowledged are not what the broker gives out again', async () => {
    await write(writer, foreign());
    await write(writer, message());
    await write(writer, message());
    await write(writer, foreign({ returns: 1 }));

    expect((await journal.messages()).filter((one) => one.foreign)).toHaveLength(2);
  });

  it('are found again also when so many come again that they fill several batches', async () => {
    await write(writer, foreign({ payload: 1 }), foreign({ payload: 2 }), foreign({ payload: 3 }));
    for (const payload of [1, 2, 3]) await write(writer, foreign({ payload, returns: 1 }));

    await expect(journal.messages()).resolves.toHaveLength(3);
  });

  it('that were never journaled are not taken for the equal one that was', async () => {
    await write(writer, foreign());
    await write(writer, foreign({ returns: 1 }), foreign({ returns: 1 }));
    await expect(journal.messages()).resolves.toHaveLength(2);

    await write(writer, foreign({ payload: 'other' }));
    await write(writer, foreign({ payload: 'other', returns: 1 }));
    await write(writer, foreign({ payload: 'other', returns: 1 }));
    await expect(journal.messages()).resolves.toHaveLength(4);
  });

  it('are found again when the answer to a commit was lost', async () => {
    const lost = journal.observer();
    const database = (lost as unknown as { database: { transaction: (work: unknown) => Promise<unknown> } }).database;
    const transaction = database.transaction.bind(database);
    database.transaction = async (work) => {
      await transaction(work);
      throw new Error('Connection terminated unexpectedly');
    };
    await expect(write(lost, foreign())).rejects.toThrow('terminated');
    database.transaction = transaction;

    await write(lost, foreign());

    await expect(journal.messages()).resolves.toHaveLength(1);
  });
});

describe('hops', () => {
  it('open with a message for each queue that it was routed to, and none for a message before the registration', async () => {
    await write(writer, message(), announce({ consumers: [consumer(), consumer({ queue: 'audit', pattern: '#' }), consumer({ queue: 'none', pattern: 'my.i' })] }), message({}, { id: '0197a000-0000-7000-8000-000000000001' }));

    const open = await journal.open();
    expect(open.map(({ queue }) => queue)).toEqual(['audit', 'signal.imed']);
    expect(new Set(open.map(({ message: id }) => id))).toEqual(new Set(['0197a000-0000-7000-8000-000000000001']));
  });

  it('close with their report, in the same batch or a later one', async () => {
    const [one, two] = [newId(), newId()];
    await write(writer, announce(), message({}, { id: one }), message({}, { id: two }), report({ id: one }));
    await expect(journal.open()).resolves.toMatchObject([{ message: two }]);

    await write(writer, report({ id: two }));

    await expect(journal.open()).resolves.toEqual([]);
  });

  it('stay closed when a copy of the message comes', async () => {
    const copy = message();
    await write(writer, announce(), copy, report({ id: copy.properties.messageId as string }));
    await write(writer, copy);

    await expect(journal.open()).resolves.toEqual([]);
  });

  it('stay closed when the report was quicker than the message', async () => {
    const id = newId();
    await write(writer, announce(), report({ id }));
    await write(writer, message({}, { id }));

    await expect(journal.open()).resolves.toEqual([]);
  });

  it('that wait for a retry stay open and say until when', async () => {
    const id = newId();
    await write(writer, announce(), message({}, { id }), report({ id, outcome: 'retried', retryAt: 1_900_000_000_000 }));
    await expect(journal.open()).resolves.toMatchObject([{ message: id, retryAt: new Date(1_900_000_000_000) }]);

    await write(writer, report({ id, attempt: 2 }));

    await expect(journal.open()).resolves.toEqual([]);
  });

  it('are made by the report of a queue that nobody registered', async () => {
    const id = newId();
    await write(writer, message({}, { id }), report({ id, queue: 'unknown', outcome: 'retried', retryAt: Date.now() }));

    await expect(journal.open()).resolves.toMatchObject([{ message: id, queue: 'unknown' }]);
  });

  it('know where their journey began', async () => {
    const [root, child] = [newId(), derivedId('child')];
    await write(writer, announce(), message({}, { id: root }));
    await write(writer, message({}, { id: child, journey: root }), message({}, { id: derivedId('orphan'), journey: newId() }));

    const [first] = await journal.messages();
    expect((await journal.open()).map(({ rootSeq }) => rootSeq)).toEqual([first!.seq, first!.seq, null]);
  });

  it('of a timer’s message are found by reports that come the day after', async () => {
    const id = derivedId('tick', 2);
    await write(writer, announce(), message({}, { id, at: Date.now() - 86_400_000 }));
    await write(writer, report({ id }));

    await expect(journal.open()).resolves.toEqual([]);
    await expect(journal.database.query('select outcome from observer.hops')).resolves.toEqual([{ outcome: 'handled' }]);
  });

  it('of foreign messages are closed in their order by digest and queue, each by one report', async () => {
    await write(writer, announce(), foreign(), foreign());
    const [{ digest }] = (await journal.database.query<{ digest: string }>('select distinct digest from journal.messages')) as [{ digest: string }];
    const [first, second] = await journal.open();
    const consumers = newId();

    await write(writer, report({ id: consumers, foreign: digest, outcome: 'retried', retryAt: Date.now() }));
    await write(writer, report({ id: consumers, foreign: digest, attempt: 2 }));

    expect(first!.openedSeq).toBeLessThan(second!.openedSeq);
    await expect(journal.open()).resolves.toEqual([second]);
  });
});

describe('attempts', () => {
  const attempts = () => journal.database.query('select redrive, attempt, outcome, instance, error_name as error, retry_at as "retryAt" from journal.attempts order by redrive, attempt');
  beforeEach(() => journal.database.query('truncate observer.attempts, observer.dead_letters'));

  it('are kept of messages that did not go through at once', async () => {
    const [id, other] = [newId(), newId()];
    await write(writer, report({ id, outcome: 'retried', retryAt: 1_900_000_000_000, error: { name: 'E', message: 'no' } }), report({ id: other }));
    await write(writer, report({ id, attempt: 2, outcome: 'dead', error: { name: 'F', message: 'no' } }));

    const instance = 'signal-imed-0001';
    await expect(attempts()).resolves.toEqual([
      { redrive: 0, attempt: 1, outcome: 'retried', instance, error: 'E', retryAt: new Date(1_900_000_000_000) },
      { redrive: 0, attempt: 2, outcome: 'dead', instance, error: 'F', retryAt: null },
    ]);
  });

  it('that are reported again are one: the later, except that dead stands', async () => {
    const id = newId();
    await write(writer, report({ id, outcome: 'retried' }), report({ id, attempt: 2, outcome: 'dead' }));
    await write(writer, report({ id, outcome: 'dead' }), report({ id, attempt: 2, outcome: 'handled' }));

    await expect(attempts()).resolves.toMatchObject([{ attempt: 1, outcome: 'dead' }, { attempt: 2, outcome: 'dead' }]);
  });

  it('that are postponed are one, in one batch and in many; the hop is open until it is handled, and stays so', async () => {
    const id = newId();
    const postponed = (retryAt: number) => report({ id, outcome: 'retried', retryAt, error: { name: 'PostponeError', message: 'not now' } });
    await write(writer, announce(), message({}, { id }), postponed(1_900_000_000_000), postponed(1_900_000_001_000));
    await write(writer, postponed(1_900_000_002_000));
    await expect(attempts()).resolves.toMatchObject([{ attempt: 1, outcome: 'retried', error: 'PostponeError', retryAt: new Date(1_900_000_002_000) }]);
    await expect(journal.open()).resolves.toMatchObject([{ message: id, retryAt: new Date(1_900_000_002_000) }]);

    await write(writer, report({ id }));
    await write(writer, postponed(1_900_000_003_000)); // it was held up

    await expect(attempts()).resolves.toMatchObject([{ attempt: 1, outcome: 'handled', error: null, retryAt: null }]);
    await expect(journal.open()).resolves.toEqual([]);
  });

  it('that go well after a redrive end it, and no other', async () => {
    const id = newId();
    await journal.intake().takeIn([dead({}, { id }), dead({}, { id, redrive: 1 }), dead({ queue: 'audit' }, { id }), dead()], { queue: names.dead });
    await journal.database.query(`update observer.dead_letters set state = 'redriven'`);
    await write(writer, report({ id, redrive: 1 }), report({ id, redrive: 0 }));

    const ended = () => journal.database.query(`select redrive, queue from observer.dead_letters where state = 'handled' order by redrive`);
    await expect(ended()).resolves.toEqual([{ redrive: 0, queue: 'signal.imed' }]);

    await write(writer, report({ id, redrive: 2, attempt: 3 }));
    await expect(ended()).resolves.toHaveLength(2);
  });

  it('cost no query where there are none', async () => {
    const [id, other] = [newId(), newId()];
    const statements = await journal.statements(() => write(journal.observer(), announce(), message({}, { id }), report({ id })));
    expect(statements.filter((text) => /attempts|dead_letters/.test(text))).toEqual([]);

    const more = await journal.statements(() => write(journal.observer(), report({ id: other, attempt: 2, redrive: 1 })));
    expect(more.filter((text) => /attempts|dead_letters/.test(text))).toHaveLength(2);
  });
});

describe('control records', () => {
  it('mark what was committed before them', async () => {
    const id = newId();
    await write(writer, message(), control('warren.marker', { id }), message());
    await write(writer, marker(id));

    const [{ seq }] = (await journal.database.query<{ seq: number }>('select seq::int from journal.markers')) as [{ seq: number }];
    const [before, after] = await journal.messages();
    expect([before!.seq < seq, seq < after!.seq]).toEqual([true, true]);
  });

  it('announce contracts, consumers and sources, the last one wins', async () => {
    await write(writer, announce({ sources: [{ name: 'orig', flow: 'signal', contract: 'signal.original@1', every: 3000 }] }));
    await write(writer, announce({ consumers: [consumer({ concurrency: 1 }), consumer({ concurrency: 5 })] }), announce({ consumers: [] }));

    await expect(journal.database.query('select queue, concurrency, service, policy from journal.consumers')).resolves
      .toEqual([{ queue: 'signal.imed', concurrency: 5, service: 'signal-imed', policy: { attempts: 1, delays: [] } }]);
    await expect(journal.database.query('select flow, name, type, secret, line from journal.contracts')).resolves
      .toEqual([{ flow: 'signal', name: 'original', type: 'signal.original@1', secret: [], line: '{text}' }]);
    await expect(journal.database.query('select name, every::int from journal.sources')).resolves.toEqual([{ name: 'orig', every: 3000 }]);
  });

  it('retire a consumer in their order, for every observer, until it is announced again', async () => {
    const other = journal.observer();
    const consumers = () => journal.database.query('select queue from journal.consumers');
    const [before, between, after] = [newId(), newId(), newId()];
    await write(writer, announce(), message({}, { id: before }), retire());
    await expect(consumers()).resolves.toEqual([]);
    await write(other, message({}, { id: between }));
    await write(writer, retire(), announce());
    await expect(consumers()).resolves.toEqual([{ queue: 'signal.imed' }]);
    await write(other, message({}, { id: after }));

    expect((await journal.open()).map(({ message: id }) => id)).toEqual([before, after]);
  });

  it('report many hops at once', async () => {
    const ids = Array.from({ length: 50 }, newId);
    await write(writer, announce(), ...ids.map((id) => message({}, { id })));
    await write(writer, control('warren.hops', { service: 's', instance: 'i', hops: ids.map((id) => hopReport({ id })) }));

    await expect(journal.open()).resolves.toEqual([]);
  });
});

describe('a reader of the journal', () => {
  it('in the middle of a long read does not hold up a new day', async () => {
    await write(writer, message());
    const reading = await journal.reading();
    const yesterday = message({}, { id: derivedId('old'), at: Date.now() - 3 * 86_400_000 });

    await expect(write(writer, yesterday)).resolves.toMatchObject({ messages: [{ day: new Date(Date.now() - 3 * 86_400_000).toISOString().slice(0, 10) }] });
    await reading.end();
  });
});
