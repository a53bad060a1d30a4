import { Database } from '@warren/database';
import { newId } from '@warren/protocol';
import { waitFor } from '@warren/testing';
import { announce, consumer, message, report } from '../../test/deliveries.js';
import { observed, write, type Observed } from '../../test/observed.js';
import { began, expected, makeJourney, now, oneMinute, queues, slotOf, sorted, type Hop, type Journey, type Row } from '../../test/rolled-up.js';
import { Rollups } from './rollups.service.js';

let journal: Observed;
let databases: Database[];
beforeAll(async () => {
  journal = await observed();
  databases = ['one', 'other'].map(() => new Database({ url: journal.database.url, schema: 'observer' }));
  await Promise.all(databases.map((database) => database.start()));
});
beforeEach(async () => {
  await journal.database.query('truncate observer.messages, observer.hops, observer.attempts, observer.slots, observer.slot_flows, observer.slot_attempts, observer.slot_durations');
  await write(journal.observer(), announce({ consumers: queues.map((queue) => consumer({ name: queue, queue })) }));
});
afterAll(async () => {
  await Promise.all(databases.map((database) => database.close()));
  await journal.close();
});

/** Puts messages into the past, as if an observer had been there: what the journal has of time is when it took something in. */
async function publish(journeys: readonly Journey[]): Promise<void> {
  await write(journal.observer(), ...journeys.flatMap(({ messages }) => messages.map(({ delivery }) => delivery)));
  await journal.database.query('update observer.messages set at = coalesce(published, $1)', [new Date(began)]);
}

async function tell(hops: readonly Hop[]): Promise<void> {
  const reports = hops.flatMap((hop) => hop.reports);
  for (let from = 0; from < reports.length; from += 100) await write(journal.observer(), ...reports.slice(from, from + 100));
}

async function rollUp(...loops: Rollups[]): Promise<void> {
  const all = loops.length > 0 ? loops : [new Rollups(databases[0]!)];
  while ((await Promise.all(all.map((loop) => loop.rollUp()))).some((rolled) => rolled > 0)); // hours come after their minutes
}

async function rolledUp(minutes: number) {
  const read = async (columns: string, table: string) => {
    const rows = await journal.database.query<{ slot: Date; longest?: number }>(`select slot, flow, ${columns} from journal.${table} join journal.slots using (minutes, slot) where rolled and minutes = ${minutes}`);
    return sorted(rows.map((row) => ({ ...row, slot: row.slot.toISOString(), ...(row.longest !== undefined && { longest: Math.round(row.longest * 1000) / 1000 }) })));
  };
  return {
    attempts: await read('queue, instance, consumer, service, handled::int, retried::int, dead::int, children::int', 'slot_attempts'),
    durations: await read('queue, instance, kind, longest, buckets, counts', 'slot_durations'),
    flows: await read('published::int, complete::int, dead::int', 'slot_flows'),
  };
}

type Figures = Awaited<ReturnType<typeof rolledUp>>;
/** Rows whose columns come in another order are the same. */
const ordered = ({ attempts, durations, flows }: Figures | ReturnType<typeof expected>): Figures => {
  const inOrder = (rows: Row[]) => sorted(rows.map((row) => Object.fromEntries(Object.entries(row).sort(([one], [other]) => (one < other ? -1 : 1)))));
  return { attempts: inOrder(attempts), durations: inOrder(durations), flows: inOrder(flows) };
};

async function expectFigures(journeys: readonly Journey[], told: ReadonlySet<Hop>): Promise<void> {
  expect(ordered(await rolledUp(1))).toEqual(ordered(expected(1, journeys, told)));
  const hours = new Set((await journal.database.query<{ slot: Date }>('select slot from journal.slots where minutes = 60 and rolled')).map(({ slot }) => slot.toISOString()));
  expect(hours.size).toBeGreaterThanOrEqual(2);
  const within = (rows: Row[]) => rows.filter(({ slot }) => hours.has(String(slot)));
  const { attempts, durations, flows } = expected(60, journeys, told);
  expect(ordered(await rolledUp(60))).toEqual(ordered({ attempts: within(attempts), durations: within(durations), flows: within(flows) }));
}

describe('rollups', () => {
  it('are what ended in each minute and hour, also of what is reported late', async () => {
    const journeys = Array.from({ length: 300 }, makeJourney);
    const all = journeys.flatMap(({ hops }) => hops);
    const [soon, late] = [all.filter((_, n) => n % 10 > 0), all.filter((_, n) => n % 10 === 0)];
    await publish(journeys);
    await tell(soon);
    await rollUp();
    await expectFigures(journeys, new Set(soon));

    await tell(late);
    const forgotten = await journal.database.query<{ minutes: number }>('select minutes from journal.slots where not rolled');
    expect(new Set(forgotten.map(({ minutes }) => minutes))).toEqual(new Set([1, 60]));
    await rollUp();
    await expectFigures(journeys, new Set(all));
  });

  it('are the same when two observers make them at once', async () => {
    const journeys = Array.from({ length: 50 }, makeJourney);
    const hops = journeys.flatMap((journey) => journey.hops);
    await publish(journeys);
    await tell(hops);
    await rollUp(...databases.map((database) => new Rollups(database)));

    await expectFigures(journeys, new Set(hops));
  });

  it('begin with the first message, and leave the last minutes to the journal', async () => {
    await rollUp();
    await expect(journal.database.query('select from journal.slots')).resolves.toEqual([]);

    await publish([makeJourney()]);
    await journal.database.query('update observer.messages set at = $1', [new Date(began)]);
    const before = Date.now();
    await rollUp();
    const after = Date.now();

    const [found] = await journal.database.query<{ first: Date; last: Date }>('select min(slot) as first, max(slot) as last from journal.slots where minutes = 1 and rolled');
    expect(found!.first.toISOString()).toBe(slotOf(began, 1));
    expect([before, after].map((time) => slotOf(time - 1.5 * oneMinute, 1))).toContain(found!.last.toISOString());
  });

  it('keep in which minute a journey died when a redrive opens it again, and count where it ends then', async () => {
    const [id, died, mended] = [newId(), now - 20 * oneMinute, now - 10 * oneMinute];
    await publish([{ foreign: false, published: died, hops: [], messages: [{ published: died, delivery: message({}, { id, at: died }) }] }]);
    await write(journal.observer(), report({ id, queue: 'signal.audit', startedAt: died, finishedAt: died }), report({ id, outcome: 'dead', startedAt: died, finishedAt: died }));
    await rollUp();
    await write(journal.observer(), report({ id, redrive: 1, startedAt: mended, finishedAt: mended }));
    await rollUp();

    const ends = await journal.database.query<{ slot: Date }>('select slot, complete::int, dead::int from journal.slot_flows where minutes = 1 and complete + dead > 0 order by slot');
    expect(ends).toEqual([{ slot: new Date(slotOf(died, 1)), complete: 0, dead: 1 }, { slot: new Date(slotOf(mended, 1)), complete: 1, dead: 0 }]);
  });

  it('are deleted when no window is as long', async () => {
    await journal.database.query(`
      insert into observer.slots (minutes, slot, rolled) select 1, date_bin('1 minute', now(), 'epoch') - make_interval(hours => h), true from unnest(array[1, 24, 26]) h;
      insert into observer.slot_flows select minutes, slot, 'signal', 1, 1, 1 from observer.slots;
      insert into observer.slot_attempts select minutes, slot, 'signal', 'q', 'i', 'q', 's', 1, 1, 1, 1 from observer.slots;
      insert into observer.slot_durations select minutes, slot, 'signal', 'q', 'i', 'handling', 1, '{1}', '{1}' from observer.slots`);
    await new Rollups(databases[0]!).rollUp();

    for (const table of ['slots', 'slot_flows', 'slot_attempts', 'slot_durations']) await expect(journal.database.query(`select from journal.${table}`)).resolves.toHaveLength(2);
  });

  it('are made of all but what fails', async () => {
    const [fails, works] = [now - 20 * oneMinute, now - 30 * oneMinute];
    await write(journal.observer(), message(), ...[fails, works].map((finishedAt) => report({ id: newId(), startedAt: finishedAt, finishedAt })));
    await journal.database.query('update observer.messages set at = $1', [new Date(began)]);
    await journal.database.query(`alter table observer.slot_attempts add constraint fails check (slot <> '${slotOf(fails, 1)}')`);
    await rollUp();
    const counted = async () => (await rolledUp(1)).attempts.map(({ slot }) => slot);
    await expect(counted()).resolves.toEqual([slotOf(works, 1)]);

    await journal.database.query('alter table observer.slot_attempts drop constraint fails');
    await rollUp();
    await expect(counted()).resolves.toEqual([slotOf(works, 1), slotOf(fails, 1)]);
  });

  it('are made by themselves, and no more after a stop', async () => {
    await write(journal.observer(), message());
    await journal.database.query(`update observer.messages set at = at - interval '1 day'`);
    const [loop, rolled] = [new Rollups(databases[0]!), () => journal.database.query('select from journal.slots where rolled')];
    loop.onApplicationBootstrap();
    await waitFor(async () => (await rolled()).length > 0);
    await loop.onModuleDestroy();
    const before = (await rolled()).length;

    expect(before).toBeLessThan(1_400);
    await expect(loop.rollUp()).resolves.toBe(0);
    await expect(rolled()).resolves.toHaveLength(before);
  });
});
