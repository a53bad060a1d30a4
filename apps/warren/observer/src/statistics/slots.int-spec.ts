import { Database } from '@warren/database';
import { newId } from '@warren/protocol';
import { waitFor } from '@warren/testing';
import { announce, message, report } from '../../test/deliveries.js';
import { observed, write, type Observed } from '../../test/observed.js';
import { finish, revisionOf, settledUntil, type Slot } from './slots.store.js';

const oneMinute = 60_000;
const now = Date.now();
const minuteAt = (time: number): Slot => ({ minutes: 1, slot: new Date(Math.floor(time / oneMinute) * oneMinute) });
const hourAt = (time: number): Slot => ({ minutes: 60, slot: new Date(Math.floor(time / (60 * oneMinute)) * 60 * oneMinute) });
/** Long over. */
const then = now - 90 * oneMinute;
const late = (finishedAt = then) => report({ id: newId(), startedAt: finishedAt, finishedAt });

let journal: Observed;
let database: Database;
beforeAll(async () => {
  journal = await observed();
  database = new Database({ url: journal.database.url, schema: 'observer' });
  await database.start();
  await write(journal.observer(), announce());
});
beforeEach(() => journal.database.query('truncate observer.messages, observer.hops, observer.attempts, observer.slots'));
afterAll(async () => {
  await database.close();
  await journal.close();
});

const slots = () => journal.database.query<Slot & { rolled: boolean }>('select minutes, slot, rolled from journal.slots order by minutes, slot');
const roll = (slot: Slot, revision = 0) => database.transaction((tx) => finish(tx, slot, revision));
const revision = (slot: Slot) => database.transaction((tx) => revisionOf(tx, slot));
const rollHour = () => Promise.all(Array.from({ length: 60 }, (_, n) => roll(minuteAt(hourAt(then).slot.getTime() + n * oneMinute))));

describe('a slot', () => {
  it('is to be rolled up once, an hour when all of its minutes are', async () => {
    await expect(revision(minuteAt(then))).resolves.toBe(0);
    await expect(revision(hourAt(then))).resolves.toBeUndefined();

    await expect(rollHour()).resolves.not.toContain(false);

    await expect(revision(minuteAt(then))).resolves.toBeUndefined();
    await expect(revision(hourAt(then))).resolves.toBe(0);
  });

  it('is forgotten with its hour when something comes late, and rolled up anew from there', async () => {
    await rollHour();
    await roll(hourAt(then));
    await write(journal.observer(), late(), late());

    expect((await slots()).filter(({ rolled }) => !rolled)).toEqual([{ ...minuteAt(then), rolled: false }, { ...hourAt(then), rolled: false }]);
    await expect(revision(minuteAt(then))).resolves.toBe(1);
    await expect(revision(hourAt(then))).resolves.toBeUndefined();
    await expect(roll(minuteAt(then), 1)).resolves.toBe(true);
    await expect(revision(hourAt(then))).resolves.toBe(1);
  });

  it('is not rolled up where something came late meanwhile', async () => {
    const rolled = await database.transaction(async (tx) => {
      const before = await revisionOf(tx, minuteAt(then));
      await write(journal.observer(), late());
      return finish(tx, minuteAt(then), before!);
    });

    expect(rolled).toBe(false);
    await expect(revision(minuteAt(then))).resolves.toBe(1);
  });

  it('is forgotten also by what came while its rollup was committed', async () => {
    let writing: Promise<unknown> | undefined;
    await database.transaction(async (tx) => {
      await finish(tx, minuteAt(then), 0);
      writing = write(journal.observer(), late());
      await waitFor(async () => (await journal.database.query(`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)).length > 0);
    });
    await writing;

    expect((await slots())[0]).toEqual({ ...minuteAt(then), rolled: false });
  });

  it('is forgotten where a journey has ended that had only waited for what is late', async () => {
    const [id, other] = [newId(), newId()];
    const child = message({}, { id: other, journey: id, parent: { id, queue: 'signal.imed' } });
    const last = then + 10 * oneMinute;
    await write(journal.observer(), message({}, { id }), child, report({ id: other, journey: id, startedAt: last, finishedAt: last }));
    await roll(minuteAt(last), 1);
    await write(journal.observer(), report({ id, startedAt: then, finishedAt: then }));

    const forgotten = (await slots()).filter(({ minutes, rolled }) => minutes === 1 && !rolled);
    expect(forgotten).toEqual([then, last].map((time) => ({ ...minuteAt(time), rolled: false })));
  });

  it('is forgotten by late attempts that were not the last ones', async () => {
    const id = newId();
    await write(journal.observer(), report({ id, attempt: 2 }));
    await write(journal.observer(), report({ id, outcome: 'retried', startedAt: then, finishedAt: then, retryAt: then + 1_000 }));

    expect((await slots())[0]).toEqual({ ...minuteAt(then), rolled: false });
  });

  it('costs no statement where nothing is late, and none of its own where it is too old', async () => {
    const statements = await journal.statements(() => write(journal.observer(), report({ id: newId() }), message()));
    expect(statements.filter((text) => text.includes('slots'))).toEqual([]);

    await write(journal.observer(), late(now - 26 * 60 * oneMinute));
    await expect(slots()).resolves.toEqual([]);
  });

  it('is over when what the journal was just writing is in it', async () => {
    const order: string[] = [];
    let settling: Promise<Date> | undefined;
    await database.transaction(async (tx) => {
      await settledUntil(tx);
      settling = database.transaction(settledUntil).finally(() => order.push('settled'));
      await waitFor(async () => (await journal.database.query(`select from pg_stat_activity where datname = current_database() and wait_event = 'advisory'`)).length > 0);
      order.push('written');
    });

    const past = Date.now() - (await settling!).getTime();
    expect(order).toEqual(['written', 'settled']);
    expect([past >= 0.5 * oneMinute, past < 1.6 * oneMinute]).toEqual([true, true]);
  });
});
