import { Database } from '@warren/database';
import { derivedId, names, newId } from '@warren/protocol';
import { dead, message, report } from '../../test/deliveries.js';
import { observed, write, type Observed } from '../../test/observed.js';
import { Retention } from './retention.service.js';

const oneDay = 86_400_000;
let journal: Observed;
let database: Database;

beforeAll(async () => {
  journal = await observed();
  database = new Database({ url: journal.database.url, schema: 'observer' });
  await database.start();
});
beforeEach(async () => {
  const ages = [0, 1, 2, 9];
  await write(journal.observer(), ...ages.map((age) => message({}, { id: derivedId(age), at: Date.now() - age * oneDay })));
});
afterAll(async () => {
  await database.close();
  await journal.close();
});

const retention = (limits: { days?: number; bytes?: number; deadLetterDays?: number }) => new Retention(database, { retention: { days: 7, bytes: 1e12, flows: [], deadLetterDays: undefined, ...limits } });
const day = (age: number) => new Date(Date.now() - age * oneDay).toISOString().slice(0, 10);
const tables = async () => (await journal.database.query<{ name: string }>(`select relname as name from pg_class where relname ~ '^(messages|hops)_\\d+$' order by 1`)).map(({ name }) => name);

describe('retention', () => {
  it('drops the days that are too old, messages and hops', async () => {
    await expect(retention({}).enforce()).resolves.toEqual([day(9)]);

    expect((await tables()).filter((name) => name.endsWith(day(9).replaceAll('-', '')))).toEqual([]);
    await expect(journal.messages()).resolves.toHaveLength(3);
  });

  it('drops the oldest days of a journal that is too big, and never today', async () => {
    await expect(retention({ bytes: 1 }).enforce()).resolves.toEqual([day(9), day(2), day(1)]);

    await expect(journal.messages()).resolves.toHaveLength(1);
  });

  it('drops no more than it must', async () => {
    const [{ bytes }] = (await journal.database.query<{ bytes: string }>(`select sum(pg_total_relation_size(oid)) as bytes from pg_class where relname ~ '^(messages|hops)_\\d+$'`)) as [{ bytes: string }];

    await expect(retention({ days: 30, bytes: Number(bytes) - 1 }).enforce()).resolves.toEqual([day(9)]);
  });

  it('lets a dropped day come back with its next message', async () => {
    await retention({}).enforce();
    await write(journal.observer(), message({}, { id: derivedId('late'), at: Date.now() - 9 * oneDay }));

    await expect(journal.messages()).resolves.toHaveLength(4);
  });

  it('gives way to a long read', async () => {
    const reading = await journal.reading();

    await expect(retention({}).enforce()).rejects.toThrow('lock timeout');
    await reading.end();
    await expect(retention({}).enforce()).resolves.toEqual([day(9)]);
  });

  it('forgets old markers', async () => {
    await journal.database.query(`insert into observer.markers select gen_random_uuid(), 1, now() - make_interval(hours => h) from unnest(array[1, 30]) h`);
    await retention({}).enforce();

    await expect(journal.database.query('select from observer.markers')).resolves.toHaveLength(1);
  });
});

describe('retention of dead letters', () => {
  const id = newId();
  const letters = async () => (await journal.database.query<{ message: string }>('select message from journal.dead_letters order by id')).map(({ message: one }) => one);
  const groups = () => journal.database.query('select dead::int, total::int from journal.dead_groups order by total');
  const old = (days: number, where = 'true') => journal.database.query(`update observer.dead_letters set at = now() - interval '${days} days' where ${where}`);
  const taken = (...given: ReturnType<typeof dead>[]) => journal.intake().takeIn(given, { queue: names.dead });

  beforeEach(() => journal.database.query('truncate observer.dead_letters, observer.dead_groups, observer.dead_hours, observer.dead_notes, observer.attempts'));

  it('keeps them for ever where no setting says otherwise', async () => {
    await taken(dead());
    await old(10_000);

    await expect(retention({}).expire()).resolves.toBe(0);
    await expect(letters()).resolves.toHaveLength(1);
  });

  it('deletes those that are too old, and counts right', async () => {
    await taken(dead({}, { id }), dead({}, { id: derivedId('young') }), dead({}, { id: derivedId('discarded') }));
    await journal.database.query(`update observer.dead_letters set state = 'discarded' where message = $1`, [derivedId('discarded')]);
    await old(31, `message <> '${derivedId('young')}'`);

    await expect(retention({ deadLetterDays: 30 }).expire()).resolves.toBe(2);
    await expect(letters()).resolves.toEqual([derivedId('young')]);
    await expect(groups()).resolves.toEqual([{ dead: 1, total: 3 }]);
  });

  it('keeps what is on its way through a redrive', async () => {
    await taken(dead({}, { id }), dead({}, { id: derivedId('redriven') }));
    await journal.database.query(`update observer.dead_letters set state = case when message = '${id}' then 'redriving' else 'redriven' end`);
    await old(31);

    await expect(retention({ deadLetterDays: 30 }).expire()).resolves.toBe(0);
  });

  it('deletes what was redriven to where nobody reports, as long after its operation', async () => {
    await taken(dead({}, { id }), dead({}, { id: derivedId('lately') }));
    const redriven = async (message: string, days: number) => {
      const [operation] = await journal.database.query<{ id: string }>(
        `insert into observer.operations (id, kind, state, by, at, total, finished_at) values (gen_random_uuid(), 'redrive', 'done', 'ann', now(), 1, now() - make_interval(days => $1)) returning id`, [days],
      ); // prettier-ignore
      await journal.database.query(`update observer.dead_letters set state = 'redriven', operation = $1 where message = $2`, [operation?.id, message]);
    };
    await redriven(id, 31);
    await redriven(derivedId('lately'), 29);
    await old(60);

    await expect(retention({ deadLetterDays: 30 }).expire()).resolves.toBe(1);
    await expect(letters()).resolves.toEqual([derivedId('lately')]);
  });

  it('deletes more than go into one transaction', async () => {
    for (let n = 0; n < 3; n += 1) await taken(...Array.from({ length: 500 }, () => dead()));
    await old(31);

    await expect(retention({ deadLetterDays: 30 }).expire()).resolves.toBe(1_500);
    await expect(groups()).resolves.toEqual([]);
  });

  it('deletes a group with its last letter, but not one with a note', async () => {
    await taken(dead(), dead({ queue: 'audit' }));
    await journal.database.query(`insert into observer.dead_notes select gen_random_uuid(), id, now(), 'me', 'known' from observer.dead_groups where queue = 'audit'`);
    await old(31);
    await retention({ deadLetterDays: 30 }).expire();
    await expect(groups()).resolves.toEqual([{ dead: 0, total: 1 }]);

    await taken(dead({ queue: 'audit' }));
    await expect(groups()).resolves.toEqual([{ dead: 1, total: 2 }]);
  });

  it('forgets the hours that no trend shows', async () => {
    await journal.database.query(`insert into observer.dead_hours select 'g', now() - make_interval(hours => h), 1 from unnest(array[1, 47, 49]) h`);
    await retention({}).enforce();

    await expect(journal.database.query('select from observer.dead_hours')).resolves.toHaveLength(2);
  });
});

describe('retention of attempts', () => {
  const ended = (age: number) => ({ startedAt: Date.now() - age * oneDay, finishedAt: Date.now() - age * oneDay });
  const attempts = async () => (await journal.database.query<{ message: string }>('select message from journal.attempts order by finished_at')).map(({ message: one }) => one);
  const failed = (id: string, age: number) => report({ id, outcome: 'retried', ...ended(age) });

  beforeEach(async () => {
    await journal.database.query('truncate observer.dead_letters, observer.attempts');
    await journal.database.query(`update observer.journal_state set attempts_since = '-infinity'`);
    await retention({}).enforce();
  });

  it('goes with the days of the journal', async () => {
    const [late, today] = [newId(), newId()];
    await write(journal.observer(), failed(newId(), 9), failed(newId(), 3), failed(late, 2), failed(today, 0));
    await retention({}).expire();

    await expect(attempts()).resolves.toEqual([late, today]); // the journal's oldest day
  });

  it('spares those of dead letters, until these are deleted', async () => {
    const [id, other] = [newId(), newId()];
    await write(journal.observer(), failed(id, 9), failed(other, 9));
    await journal.intake().takeIn([dead({}, { id }), dead({}, { id, redrive: 1 })], { queue: names.dead });
    await retention({}).expire();
    await expect(attempts()).resolves.toEqual([id]);

    await journal.database.query(`update observer.dead_letters set at = now() - interval '40 days' where redrive = 0`);
    await retention({ deadLetterDays: 30 }).expire();
    await expect(attempts()).resolves.toEqual([id]);

    await journal.database.query(`update observer.dead_letters set at = now() - interval '40 days'`);
    await retention({ deadLetterDays: 30 }).expire();
    await expect(attempts()).resolves.toEqual([]);
  });

  it('looks at an attempt once', async () => {
    const id = newId();
    await journal.intake().takeIn([dead({}, { id })], { queue: names.dead });
    await write(journal.observer(), failed(id, 9));
    await retention({}).expire();
    await journal.database.query('truncate observer.dead_letters');
    await retention({}).expire();

    await expect(attempts()).resolves.toEqual([id]);
  });
});
