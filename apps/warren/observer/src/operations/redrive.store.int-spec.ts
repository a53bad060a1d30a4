import { newId } from '@warren/protocol';
import { hopReport, message, report } from '../../test/deliveries.js';
import { Operated } from '../../test/operated.js';
import { type JournalTransaction } from '../storage/journal.tables.js';
import { unfinished, type OperationRow } from './operations.store.js';
import { claim, claimed, mark } from './redrive.store.js';

const queue = 'signal.imed';
let world: Operated;

beforeAll(async () => {
  world = await Operated.start();
});
beforeEach(() => world.clear());
afterAll(() => world.close());

/** A redrive of all that is dead. */
async function redrive(state = 'running'): Promise<OperationRow> {
  await world.database.query(
    `insert into observer.operations (id, kind, state, by, at, selection, total, most_id) values ($1, 'redrive', $2, 'ann', now(), '{"query":""}', 9, 9999)`, [newId(), state],
  ); // prettier-ignore
  return (await unfinished(world.direct.kysely)).at(-1)!;
}

const transaction = <R>(work: (tx: JournalTransaction) => Promise<R>): Promise<R> => world.direct.transaction(work);
const states = async () => (await world.database.query<{ state: string }>('select state from journal.dead_letters order by id')).map(({ state }) => state);
const counts = () => world.database.query('select done::int, open::int, handled::int, refused::int from journal.operations order by at, id');
const hops = () => world.database.query('select outcome, redrive from journal.hops');

describe('a claim', () => {
  it('takes what is dead at that moment, and counts it', async () => {
    const ids = await world.dead(queue, [1, 2, 3]);
    await world.database.query(`update observer.dead_letters set state = 'discarded' where id = ${ids[1]}`);
    const operation = await redrive();

    await expect(transaction((tx) => claim(tx, operation, { ids, upTo: ids[2]! }))).resolves.toBe(true);

    await expect(states()).resolves.toEqual(['redriving', 'discarded', 'redriving']);
    await expect(counts()).resolves.toEqual([{ done: 3, open: 2, handled: 0, refused: 0 }]);
  });

  it('opens the hop anew, from now on', async () => {
    const [id, before] = [newId(), new Date(0)];
    await world.journal(message({}, { id }), report({ id, outcome: 'dead' }));
    await world.database.query('update observer.hops set since = $1', [before]);
    const ids = await world.dead(queue, [1], { ids: [id] });
    await redrive().then((operation) => transaction((tx) => claim(tx, operation, { ids, upTo: ids[0]! })));

    const [hop] = await world.database.query<{ outcome: string; since: Date }>('select outcome, since from journal.hops');
    expect(hop?.outcome).toBe('open');
    expect(hop?.since.getTime()).toBeGreaterThan(before.getTime());
  });

  it.each(['paused', 'aborted', 'waiting'])('takes nothing for an operation that is %s meanwhile', async (state) => {
    const ids = await world.dead(queue, [1]);
    const operation = await redrive(state);

    await expect(transaction((tx) => claim(tx, operation, { ids, upTo: ids[0]! }))).resolves.toBe(false);
    await expect(states()).resolves.toEqual(['dead']);
  });

  it('takes nothing where another observer has gone on with the operation', async () => {
    const ids = await world.dead(queue, [1, 2]);
    const operation = await redrive();
    await transaction((tx) => claim(tx, operation, { ids: [ids[0]!], upTo: ids[0]! }));

    await expect(transaction((tx) => claim(tx, operation, { ids, upTo: ids[1]! }))).resolves.toBe(false);
    await expect(states()).resolves.toEqual(['redriving', 'dead']);
  });

  it('of one that says it was redriven more often than anybody counts holds up no other', async () => {
    const [id, most] = [newId(), 2 ** 31 - 1];
    const ids = await world.dead(queue, [1, 2], { ids: [id, newId()] });
    await world.database.query(`update observer.dead_letters set redrive = $1 where message = $2`, [most, id]);
    await world.journal(message({}, { id }), report({ id, redrive: most, outcome: 'dead' }));
    const operation = await redrive();

    await transaction((tx) => claim(tx, operation, { ids, upTo: ids[1]! }));

    await expect(world.database.query('select state, refusal from journal.dead_letters order by id')).resolves
      .toEqual([{ state: 'dead', refusal: 'It says that it was redriven 2147483647 times, and nobody can count further: discard it.' }, { state: 'redriving', refusal: null }]); // prettier-ignore
  });

  it('does not open a hop that has gone further', async () => {
    const id = newId();
    const [letter = 0] = await world.dead(queue, [1], { ids: [id] });
    await world.journal(message({}, { id }), report({ id, outcome: 'dead' }), report({ id, redrive: 1, outcome: 'handled' }));
    const operation = await redrive();

    await transaction((tx) => claim(tx, operation, { ids: [letter], upTo: letter }));

    await expect(hops()).resolves.toEqual([{ outcome: 'handled', redrive: 1 }]);
  });
});

describe('a mark', () => {
  it('leaves an end that was quicker as it is', async () => {
    const id = newId();
    const [letter = 0, slow = 0] = await world.dead(queue, [1, 2], { ids: [id, newId()] });
    const operation = await redrive();
    await transaction((tx) => claim(tx, operation, { ids: [letter, slow], upTo: slow }));
    await world.journal(report({ ...hopReport({ id }), redrive: 1 }));

    await transaction((tx) => mark(tx, operation, { ids: [slow], refused: new Map([[letter, 'Queue "signal.imed" is gone']]) }));

    await expect(states()).resolves.toEqual(['handled', 'redriven']);
    await expect(hops()).resolves.toEqual([{ outcome: 'handled', redrive: 1 }]);
    await expect(counts()).resolves.toEqual([{ done: 2, open: 1, handled: 1, refused: 0 }]);
  });

  it('stays the outcome of its operation when a later one takes the letter', async () => {
    const [letter = 0] = await world.dead(queue, [1]);
    const first = await redrive();
    await transaction((tx) => claim(tx, first, { ids: [letter], upTo: letter }));
    await transaction((tx) => mark(tx, first, { ids: [], refused: new Map([[letter, 'Queue "signal.imed" is gone']]) }));
    const second = await redrive();

    await transaction((tx) => claim(tx, second, { ids: [letter], upTo: letter }));

    await expect(counts()).resolves.toEqual([{ done: 1, open: 0, handled: 0, refused: 1 }, { done: 1, open: 1, handled: 0, refused: 0 }]); // prettier-ignore
  });

  it('of what was put back leaves nothing to put back', async () => {
    const ids = await world.dead(queue, [1, 2]);
    const operation = await redrive();
    await transaction((tx) => claim(tx, operation, { ids, upTo: ids[1]! }));
    await expect(claimed(world.direct.kysely, operation)).resolves.toMatchObject([{ id: ids[0] }, { id: ids[1] }]);

    await transaction((tx) => mark(tx, operation, { ids: [ids[0]!], refused: new Map() }));

    await expect(claimed(world.direct.kysely, operation)).resolves.toMatchObject([{ id: ids[1] }]);
  });
});
