import { names, newId } from '@warren/protocol';
import { waitFor } from '@warren/testing';
import { type ObserverProcess } from '../../test/observer-process.js';
import { announce, consumer, foreign, message, report, retire } from '../../test/deliveries.js';
import { Operated, type Arrived } from '../../test/operated.js';

const queue = 'signal.imed';
const all = { query: '' };
let world: Operated;
let observer: ObserverProcess;

beforeAll(async () => {
  world = await Operated.start();
  observer = await world.observer();
});
beforeEach(async () => {
  await world.clear();
  await world.declare(queue);
});
afterAll(async () => {
  await observer.stop();
  await world.close();
});

const numbers = (count: number) => Array.from({ length: count }, (_, n) => ({ n }));
const redrives = async (of = queue) => (await world.arrived(of)).map(({ properties }) => properties.headers['warren-redrive']);
const hops = () => world.database.query<{ outcome: string; redrive: number; attempt: number }>('select outcome, redrive, attempt from journal.hops order by queue');
/** An operation after all others was done: their next turn has come. */
const turn = async () => world.operation(await world.ask({ kind: 'discard', selection: { query: 'flow:nowhere' } }));

describe('a redrive', () => {
  it('puts each message back once, with its id, its journey and the next number, as its first attempt', async () => {
    const id = newId();
    const [letter] = await world.dead(queue, [{ text: 'MSG_1' }], { ids: [id] });
    const operation = await world.ask({ kind: 'redrive', selection: { ids: [letter!] } });

    await expect(world.answer(operation)).resolves.toBeNull();
    await expect(world.operation(operation)).resolves.toMatchObject({ kind: 'redrive', total: 1, done: 1, open: 1, refused: 0 });
    const [{ payload, properties }] = (await world.arrived(queue)) as [Arrived];
    expect(payload).toBe('{"text":"MSG_1"}');
    expect(properties).toMatchObject({ message_id: id, correlation_id: id, type: 'signal.original@1', content_type: 'application/json' });
    expect(properties.headers).toMatchObject({ 'warren-redrive': 1, 'warren-run': 1, 'warren-at': expect.any(Number) });
    expect(Object.keys(properties.headers)).not.toContain('warren-cause');
  });

  it('takes all of a group, and no other', async () => {
    await world.dead(queue, numbers(3));
    await world.dead('signal.other', numbers(2));
    const [{ group } = { group: '' }] = await world.database.query<{ group: string }>(`select "group" from journal.dead_letters where queue = '${queue}' limit 1`);

    await expect(world.operation(await world.ask({ kind: 'redrive', selection: { group } }))).resolves.toMatchObject({ total: 3, open: 3 });
    await expect(world.states(`queue = 'signal.other'`)).resolves.toEqual({ dead: 2 });
  });

  it('takes what a search finds, also where that is nothing', async () => {
    await world.dead(queue, numbers(30));

    await expect(world.operation(await world.ask({ kind: 'redrive', selection: { query: 'payload.n>=25 and cause:TypeError' } }))).resolves.toMatchObject({ total: 5, open: 5 });
    await expect(world.operation(await world.ask({ kind: 'redrive', selection: { query: 'payload.n:99' } }))).resolves.toMatchObject({ total: 0, done: 0, open: 0 });
    await expect(redrives()).resolves.toEqual([1, 1, 1, 1, 1]);
  });

  it('of more than a chunk gets through them all', async () => {
    await world.dead(queue, numbers(1_200));

    await expect(world.operation(await world.ask({ kind: 'redrive', selection: all }))).resolves.toMatchObject({ total: 1_200, done: 1_200, open: 1_200 });
    expect(new Set((await world.arrived(queue)).map(({ payload }) => payload)).size).toBe(1_200);
  });

  it('opens the hop again, and ends when that is handled', async () => {
    const id = newId();
    await world.journal(message({}, { id }), report({ id, outcome: 'dead', attempt: 5 }));
    await world.dead(queue, [{}], { ids: [id] });
    const operation = await world.ask({ kind: 'redrive', selection: all });
    await world.operation(operation);
    await expect(hops()).resolves.toEqual([{ outcome: 'open', redrive: 1, attempt: 1 }]);

    await world.journal(report({ id, redrive: 1 }));

    await expect(world.operation(operation)).resolves.toMatchObject({ open: 0, handled: 1 });
    await expect(world.states()).resolves.toEqual({ handled: 1 });
  });

  it('opens the hop of a foreign message, which the journal knows by another id', async () => {
    const given = newId();
    await world.journal(foreign(), report({ id: given, outcome: 'dead', foreign: 'x' }));
    await world.database.query('update observer.hops set alias = message, message = $1', [newId()]);
    await world.dead(queue, [{}], { ids: [given] });

    await world.operation(await world.ask({ kind: 'redrive', selection: all }));

    await expect(hops()).resolves.toEqual([{ outcome: 'open', redrive: 1, attempt: 1 }]);
  });

  it('keeps to its rate', async () => {
    await world.dead(queue, numbers(60));
    const operation = await world.ask({ kind: 'redrive', selection: all, rate: 40 });
    const { done } = await world.operation(operation, ({ done }) => done > 0);
    const began = performance.now();
    await world.operation(operation);

    expect(done).toBeLessThanOrEqual(20);
    expect(performance.now() - began).toBeGreaterThan(900); // 40 of them, or more
  });

  it('does not hold up others with its rate', async () => {
    await world.dead(queue, numbers(10));
    await world.dead('signal.other', numbers(300));
    const slow = await world.ask({ kind: 'redrive', selection: { query: `queue:${queue}` }, rate: 0.01 });
    await world.operation(slow, ({ done }) => done > 0);

    await world.operation(await world.ask({ kind: 'discard', selection: { query: 'queue:signal.other' } }));

    await expect(world.operation(slow, () => true)).resolves.toMatchObject({ state: 'running' });
    await world.answer(await world.ask({ kind: 'steer', operation: slow, steer: 'abort' }));
  });

  it('says of what cannot go back why, and leaves it as it was', async () => {
    const id = newId();
    await world.journal(message({}, { id }), report({ id, outcome: 'dead', attempt: 5, queue: 'signal.gone' }));
    await world.dead('signal.gone', [{}], { ids: [id], attempt: 5 });

    await expect(world.operation(await world.ask({ kind: 'redrive', selection: all }))).resolves.toMatchObject({ done: 1, open: 0, refused: 1 });

    await expect(world.database.query('select state, refusal from journal.dead_letters')).resolves
      .toEqual([{ state: 'dead', refusal: 'Queue "signal.gone" is gone: start its consumer, then redrive it again.' }]);
    await expect(hops()).resolves.toContainEqual({ outcome: 'dead', redrive: 0, attempt: 5 });

    await world.declare('signal.gone');
    await world.operation(await world.ask({ kind: 'redrive', selection: all }));
    await expect(redrives('signal.gone')).resolves.toEqual([1]);
    await expect(world.database.query('select state, refusal from journal.dead_letters')).resolves.toEqual([{ state: 'redriven', refusal: null }]);
  });

  it('of what died in an outbox publishes it to where its contract goes, with its id, and is done with it', async () => {
    const id = newId();
    const [letter] = await world.dead('signal-orig.outbox', [{ text: 'MSG_1' }], { ids: [id] });
    const redrive = async () => world.operation(await world.ask({ kind: 'redrive', selection: { ids: [letter!] } }));
    const refusal = async () => (await world.database.query<{ refusal: string }>('select refusal from journal.dead_letters'))[0]?.refusal;

    await expect(redrive()).resolves.toMatchObject({ refused: 1 });
    await expect(refusal()).resolves.toBe('No service has announced the contract signal.original@1: start one that does, then redrive it again.');
    await world.journal(announce());
    await expect(redrive()).resolves.toMatchObject({ refused: 1 });
    await expect(refusal()).resolves.toBe('No consumer takes signal my.o: start one that does, then redrive it again.');
    await world.bind('signal', 'my.o', queue);
    await expect(redrive()).resolves.toMatchObject({ handled: 1, open: 0, refused: 0 });

    const arrived = await world.arrived(queue);
    expect(arrived.map(({ payload, properties }) => [payload, properties.message_id, properties.headers['warren-redrive']])).toEqual([['{"text":"MSG_1"}', id, 1]]);
    await expect(world.states()).resolves.toEqual({ handled: 1 });
  });

  it('of a queue that only has the name of an outbox puts back to that queue', async () => {
    await world.journal(announce({ consumers: [consumer({ name: 'signal-orig.outbox', queue: 'signal-orig.outbox' })] }));
    await world.declare('signal-orig.outbox');
    await world.dead('signal-orig.outbox', [{}]);

    await expect(world.operation(await world.ask({ kind: 'redrive', selection: all }))).resolves.toMatchObject({ open: 1 });
    await expect(redrives('signal-orig.outbox')).resolves.toEqual([1]);
    await world.journal(retire('signal-orig.outbox'));
  });

  it('is not confused by messages that died at two consumers of which one is gone', async () => {
    const ids = Array.from({ length: 250 }, () => newId());
    for (const one of [queue, 'signal.gone']) await world.dead(one, numbers(250), { ids });
    await world.delete('signal.gone').catch(() => undefined);

    await expect(world.operation(await world.ask({ kind: 'redrive', selection: all }))).resolves.toMatchObject({ open: 250, refused: 250 });
    await expect(world.states(`queue = '${queue}'`)).resolves.toEqual({ redriven: 250 });
    await expect(redrives()).resolves.toHaveLength(250);
  });

  it('leaves records of Warren itself alone', async () => {
    await world.dead(names.journal, [{}]);

    await expect(world.operation(await world.ask({ kind: 'redrive', selection: all }))).resolves.toMatchObject({ refused: 1 });
    await expect(world.database.query('select state, refusal from journal.dead_letters')).resolves
      .toEqual([{ state: 'dead', refusal: 'It is a record of Warren itself, which its reader cannot take: discard it.' }]);
  });

  it('does not take a letter that died while it ran', async () => {
    const ids = Array.from({ length: 45 }, () => newId());
    await world.dead(queue, numbers(45), { ids });
    const operation = await world.ask({ kind: 'redrive', selection: all, rate: 40 });
    const seen: string[] = [];
    const dieAgain = async () => {
      const back = (await world.arrived(queue)).map(({ properties }) => properties.message_id ?? '');
      seen.push(...back);
      await world.dead(queue, back.map(() => ({})), { ids: back, redrive: 1 }); // prettier-ignore
      return seen.length >= 45;
    };
    await waitFor(dieAgain);
    await world.operation(operation);
    await dieAgain();

    expect([...new Set(seen)].sort()).toEqual(ids.sort());
    expect(seen).toHaveLength(45);
    await expect(world.operation(operation)).resolves.toMatchObject({ total: 45, done: 45, open: 0, dead_again: '45' });
    await expect(world.states('redrive = 1')).resolves.toEqual({ dead: 45 });
  });

  it('redrives a letter once when two operations want it', async () => {
    await world.dead(queue, numbers(800));
    const operations = await Promise.all([world.ask({ kind: 'redrive', selection: all }), world.ask({ kind: 'redrive', selection: all })]);
    for (const id of operations) await world.operation(id);

    await expect(redrives()).resolves.toEqual(Array.from({ length: 800 }, () => 1));
  });
});

describe('an operator', () => {
  it('pauses, resumes and aborts', async () => {
    await world.dead(queue, numbers(100));
    const id = await world.ask({ kind: 'redrive', selection: all, rate: 40 });
    const steer = async (how: 'pause' | 'resume' | 'abort') => world.answer(await world.ask({ kind: 'steer', operation: id, steer: how }));
    await world.operation(id, ({ done }) => done > 0);

    await expect(steer('pause')).resolves.toBeNull();
    await turn();
    const paused = await world.operation(id, ({ state }) => state === 'paused');
    await turn();
    await turn();
    await expect(world.operation(id, () => true)).resolves.toEqual(paused);

    await steer('resume');
    await world.operation(id, ({ done }) => done > paused.done);
    await steer('abort');
    await turn();
    const { done, open } = await world.operation(id, ({ state }) => state === 'aborted');

    expect(done).toBeLessThan(100);
    await expect(redrives()).resolves.toHaveLength(open);
    await expect(world.states()).resolves.toEqual({ redriven: open, dead: 100 - open });
    await expect(steer('resume')).resolves.toMatchObject({ status: 409, code: 'operation-ended', detail: `Operation ${id} is aborted already: there is nothing left to resume.` });
  });

  it('finds operations waiting while the system is paused', async () => {
    await observer.hear('PAUSED');
    await world.dead(queue, numbers(3));
    const id = await world.ask({ kind: 'redrive', selection: all });
    await world.operation(id, ({ state }) => state === 'waiting');
    await expect(world.states()).resolves.toEqual({ dead: 3 });

    await observer.hear('RUNNING');

    await expect(world.operation(id)).resolves.toMatchObject({ open: 3 });
  });
});

describe('a discard', () => {
  it('closes letters and their hops for good', async () => {
    const id = newId();
    await world.journal(message({}, { id }), report({ id, outcome: 'dead' }));
    await world.dead(queue, [{}], { ids: [id] });
    await world.dead(queue, numbers(700));

    await expect(world.operation(await world.ask({ kind: 'discard', selection: all }))).resolves.toMatchObject({ total: 701, done: 701, discarded: '701' });
    await expect(world.states()).resolves.toEqual({ discarded: 701 });
    await expect(hops()).resolves.toEqual([{ outcome: 'discarded', redrive: 0, attempt: 1 }]);
    await expect(redrives()).resolves.toEqual([]);
  });
});

describe('what cannot be read as a request', () => {
  it('is a dead letter, and holds up no other', async () => {
    await world.put(names.requests, ['{', '{"kind":"explode"}']);
    const id = await world.ask({ kind: 'discard', selection: { query: 'flow:nowhere' }, id: newId().toUpperCase() });

    await expect(world.operation(id)).resolves.toMatchObject({ state: 'done' });
    await waitFor(async () => (await world.states(`queue = '${names.requests}' and cause = 'RequestError'`))['dead'] === 2);
  });
});
