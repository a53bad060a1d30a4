import { Database, sql } from '@warren/database';
import { derivedId, names, newId } from '@warren/protocol';
import { waitFor } from '@warren/testing';
import { announce, consumer, dead, message, report } from '../../test/deliveries.js';
import { observed, write, type Observed } from '../../test/observed.js';
import { type FlowLimit } from './flow-limits.js';
import { Retention } from './retention.service.js';

const oneDay = 86_400_000;
let journal: Observed;
let database: Database;

beforeAll(async () => {
  journal = await observed();
  database = new Database({ url: journal.database.url, schema: 'observer' });
  await database.start();
});
beforeEach(() => journal.database.query('truncate observer.messages, observer.log_pieces, observer.hops, observer.kept, observer.attempts, observer.consumers'));
afterAll(async () => {
  await database.close();
  await journal.close();
});

const retention = (...flows: FlowLimit[]) => new Retention(database, { retention: { days: 30, bytes: 1e12, flows, deadLetterDays: undefined } });
const shorten = (...flows: FlowLimit[]) => retention(...flows).shorten();
/** Postgres' own ANALYZE may see what was deleted for a moment too. */
const givenBack = () => waitFor(() => retention().giveBack().then(() => true), { what: 'the disk to be given back' });
const day = (age: number) => new Date(Date.now() - age * oneDay).toISOString().slice(0, 10);
/** A message of that age; what it says takes as many bytes on the disk. */
const aged = (age: number, exchange = 'signal', id: string = derivedId(newId()), bytes = 100) =>
  message({ exchange, payload: Array.from({ length: bytes / 10 }, () => Math.random().toString(36).slice(2, 9)) }, { id, at: Date.now() - age * oneDay });
/** `signal 2`: its flow and age in days. */
const kept = async () =>
  (await journal.database.query<{ name: string }>(`select flow || ' ' || (now() at time zone 'utc')::date - day as name from observer.messages order by flow, day desc`)).map(({ name }) => name);
/** Lines of message logs. */
const logged = async () =>
  Object.fromEntries((await journal.database.query<{ flow: string; lines: number }>(`select flow, sum(regexp_count(text, '\\n'))::int as lines from journal.log_pieces group by flow`)).map(({ flow, lines }) => [flow, lines]));
const sizes = async () => Object.fromEntries((await journal.database.query<{ flow: string; bytes: string }>('select flow, sum(bytes) as bytes from observer.kept group by flow order by flow')).map(({ flow, bytes }) => [flow, Number(bytes)]));
const real = async () => Object.fromEntries((await journal.database.query<{ flow: string; bytes: string }>('select flow, sum(octet_length(body) + octet_length(line)) as bytes from observer.messages group by flow order by flow')).map(({ flow, bytes }) => [flow, Number(bytes)]));

describe('retention of single flows', () => {
  it('deletes the days of a flow that are too old, and no others', async () => {
    await write(journal.observer(), ...[0, 1, 2, 3].flatMap((age) => [aged(age), aged(age, 'relay')]));

    await expect(shorten({ flow: 'signal', days: 1 })).resolves.toEqual([{ flow: 'signal', day: day(3), messages: 1 }, { flow: 'signal', day: day(2), messages: 1 }]);
    await expect(kept()).resolves.toEqual(['relay 0', 'relay 1', 'relay 2', 'relay 3', 'signal 0', 'signal 1']);
    await expect(logged()).resolves.toEqual({ relay: 4, signal: 2 });
    await expect(sizes()).resolves.toEqual(await real());
  });

  it('deletes the oldest days of a flow that is too big, never today’s, and not those of a bigger one', async () => {
    await write(journal.observer(), ...[0, 1, 2].flatMap((age) => [aged(age), aged(age, 'relay', derivedId(newId()), 50_000)]));

    await expect(shorten({ flow: 'signal', bytes: 1 })).resolves.toHaveLength(2);
    await expect(kept()).resolves.toEqual(['relay 0', 'relay 1', 'relay 2', 'signal 0']);
  });

  it('deletes no more than it must', async () => {
    await write(journal.observer(), ...[0, 1, 2].map((age) => aged(age, 'signal', derivedId(newId()), 50_000)));
    const [{ bytes }] = (await journal.database.query<{ bytes: string }>(`select sum(pg_total_relation_size(oid)) as bytes from pg_class where right(relname, 8) = any($1) and relkind = 'r'`, [[0, 1, 2].map((age) => day(age).replaceAll('-', ''))])) as [{ bytes: string }];

    await expect(shorten({ flow: 'signal', bytes: Number(bytes) - 1 })).resolves.toEqual([{ flow: 'signal', day: day(2), messages: 1 }]);
    await expect(shorten({ flow: 'signal', bytes: Number(bytes) - 1 })).resolves.toEqual([]);
  });

  it('keeps journeys with something open, or dead and not decided, and tells apart what is at its end', async () => {
    await write(journal.observer(), announce({ flows: [], consumers: [consumer()] }));
    const [open, given, done, discarded] = ['open', 'dead', 'done', 'discarded'].map((name) => derivedId(name)) as [string, string, string, string];
    const then = Date.now() - 3 * oneDay;
    await write(journal.observer(), ...[open, given, done, discarded].map((id) => aged(3, 'signal', id)), message({ routingKey: 'child' }, { journey: open, at: then }));
    const at = { startedAt: then, finishedAt: then };
    await write(journal.observer(), report({ id: given, outcome: 'dead', ...at }), report({ id: done, ...at }), report({ id: discarded, outcome: 'dead', ...at }));
    await journal.intake().takeIn([dead({}, { id: given })], { queue: names.dead });
    await journal.database.query(`update observer.hops set outcome = 'discarded' where message = $1`, [discarded]);

    await expect(shorten({ flow: 'signal', days: 1 })).resolves.toEqual([{ flow: 'signal', day: day(3), messages: 2 }]);
    await expect(journal.database.query('select id from observer.messages where id = any($1)', [[open, given, done, discarded]])).resolves.toHaveLength(2);
    await expect(kept()).resolves.toHaveLength(3);
    await expect(logged()).resolves.toEqual({ signal: 3 });
    await expect(journal.database.query('select from observer.hops')).resolves.toHaveLength(2);
    await expect(journal.database.query('select message from observer.attempts')).resolves.toEqual([{ message: given }]);
  });

  it('forgets with a root what is kept of its journey, and of no other', async () => {
    const [old, young, again] = ['old', 'young', 'again'].map((name) => derivedId(name)) as [string, string, string];
    const relayed = derivedId('relayed');
    await write(journal.observer(), aged(3, 'signal', old), aged(0, 'signal', young), aged(3, 'signal', again), aged(3, 'relay', relayed));
    const all = [old, young, again, relayed];
    await journal.database.query(`truncate observer.replays, observer.rooted, observer.ends`);
    await journal.database.query(`insert into observer.rooted select id, 'signal.orig', '{dead}', now(), 'complete' from unnest($1::uuid[]) id`, [all]);
    await journal.database.query(`insert into observer.ends select gen_random_uuid(), now(), now(), 'q', jsonb_build_object('journey', id) from unnest($1::uuid[]) id`, [all]);
    const replays = [[old, young, 'replayed'], [young, again, 'replayed'], [old, newId(), 'refused'], [relayed, old, 'replaying'], [again, relayed, 'replayed']];
    for (const row of replays) await journal.database.query(`insert into observer.replays (operation, journey, replay, at, state) values (gen_random_uuid(), $1, $2, now(), $3)`, row);

    await shorten({ flow: 'signal', days: 1 });

    const left = async (query: string) => (await journal.database.query<{ id: string }>(query)).map(({ id }) => id).sort();
    expect(await left('select journey as id from observer.rooted')).toEqual([young, relayed].sort());
    expect(await left(`select body->>'journey' as id from observer.ends`)).toEqual([young, relayed].sort());
    expect(await left('select replay as id from observer.replays')).toEqual([replays[0], replays[3], replays[4]].map((row) => row?.[1]).sort());
  });

  it('does not wait for an end that its source is being told', async () => {
    const id = derivedId('old');
    await write(journal.observer(), aged(3, 'signal', id));
    await journal.database.query('truncate observer.rooted, observer.ends');
    await journal.database.query(`insert into observer.rooted values ($1, 'signal.orig', '{dead}', now(), 'complete')`, [id]);
    await journal.database.query(`insert into observer.ends values (gen_random_uuid(), now(), now(), 'q', jsonb_build_object('journey', $1::text))`, [id]);

    await database.transaction(async (tx) => {
      await sql`select from ends for update`.execute(tx);
      await expect(shorten({ flow: 'signal', days: 1 })).resolves.toMatchObject([{ messages: 1 }]);
    });

    await expect(journal.database.query('select from observer.ends')).resolves.toHaveLength(1);
  });

  it('deletes more than go into one transaction, and gives the disk back as soon as nobody may see it any more', async () => {
    for (let n = 0; n < 5; n += 1) await write(journal.observer(), ...Array.from({ length: 1_000 }, () => aged(2)));
    await write(journal.observer(), aged(2, 'relay'));
    const size = async () => Number((await journal.database.query<{ size: string }>(`select pg_total_relation_size('observer.messages_${day(2).replaceAll('-', '')}') as size`))[0]?.size);
    const before = await size();

    const seeing = await journal.seeing();
    await expect(shorten({ flow: 'signal', days: 1 })).resolves.toEqual([{ flow: 'signal', day: day(2), messages: 5_000 }]);
    await expect(retention().giveBack()).rejects.toThrow(`a transaction may still see 5000 deleted rows of messages_${day(2).replaceAll('-', '')}`);
    await expect(kept()).resolves.toEqual(['relay 2']);
    await expect(journal.database.query('select flow from observer.kept where freed > 0')).resolves.toEqual([{ flow: 'signal' }]);
    await seeing.end();

    await givenBack();
    expect(await size()).toBeLessThan(before / 4);
    await expect(journal.database.query('select from observer.kept where freed > 0')).resolves.toEqual([]);
  });

  it('gives the disk back later where somebody reads for long', async () => {
    await write(journal.observer(), aged(2), aged(2, 'relay'));
    const reading = await journal.reading();
    await shorten({ flow: 'signal', days: 1 });
    await waitFor(() => expect(retention().giveBack()).rejects.toThrow('lock timeout').then(() => true), { what: 'a wait for the reader' });
    await reading.end();

    await givenBack();
    await expect(journal.database.query('select from observer.kept where freed > 0')).resolves.toEqual([]);
    await expect(kept()).resolves.toEqual(['relay 2']);
  });

  it('forgets what it kept of a day that is dropped as a whole', async () => {
    await write(journal.observer(), aged(9), aged(0));
    await new Retention(database, { retention: { days: 7, bytes: 1e12, flows: [], deadLetterDays: undefined } }).enforce();

    await expect(sizes()).resolves.toEqual(await real());
    await expect(logged()).resolves.toEqual({ signal: 1 });
  });
});
