import { Database, sql } from '@warren/database';
import { type QueueReader } from '@warren/bus';
import { newId, type ObserverRequest, type Refusal } from '@warren/protocol';
import { waitFor } from '@warren/testing';
import { announce, contract } from '../../test/deliveries.js';
import { Operated, type Asked } from '../../test/operated.js';
import { Adoption } from './adoption.service.js';
import { Requests } from './requests.service.js';
import { limits } from './start.js';

const queue = 'signal.imed';
let world: Operated;
let requests: Requests;

beforeAll(async () => {
  world = await Operated.start();
  requests = onDatabase(world.direct);
  await world.journal(announce({ flows: [{ name: 'signal', exchange: 'signal', contracts: [contract({ secret: ['token', 'users.token'], line: '{text} {token}' })] }] }));
});
beforeEach(() => world.clear());
afterAll(() => world.close());

/** None of these requests has to do with the broker. */
const onDatabase = (database: Database) => new Requests(database, new Adoption(undefined as unknown as QueueReader));
const withId = (asked: Asked): ObserverRequest => ({ id: newId(), by: 'ann', ...asked });

async function ask(asked: Asked, by: Requests = requests): Promise<Refusal | null> {
  const request = withId(asked);
  await by.perform(request);
  return world.answer(request.id);
}
const letter = async (payload: unknown = {}) => (await world.dead(queue, [payload]))[0]!;
const operations = () => world.database.query<{ id: string; total: number }>('select id, total::int from journal.operations');
const audit = () => world.database.query('select by, action, subject, refusal from journal.answers order by seq');
const ids = (...ids: number[]): Asked => ({ kind: 'redrive', selection: { ids } });

async function stateOf(id: number, state: string): Promise<void> {
  await world.database.query('update observer.dead_letters set state = $2 where id = $1', [id, state]);
}

describe('a request', () => {
  it('is done once, however often and by however many it is taken', async () => {
    const others = Array.from({ length: 4 }, () => new Database({ url: world.database.url, schema: 'observer' }));
    const [id, group] = [await letter(), await groupId()];
    const once = [ids(id), { kind: 'note', group, text: 'seen' } as const].map((asked) => withId(asked));

    await Promise.all(once.flatMap((request) => [...others, ...others].map((database) => onDatabase(database).perform(request))));

    await expect(operations()).resolves.toHaveLength(1);
    await expect(world.database.query('select from observer.dead_notes')).resolves.toHaveLength(1);
    await expect(audit()).resolves.toHaveLength(2);
    for (const other of others) await other.close();
  });

  it('keeps its first answer', async () => {
    const request = withId(ids(4_711));
    await requests.perform(request);
    await world.dead(queue, [{}]);
    await requests.perform({ ...withId({ kind: 'redrive', selection: { query: '' } }), id: request.id });

    await expect(world.answer(request.id)).resolves.toMatchObject({ status: 404 });
    await expect(operations()).resolves.toEqual([]);
  });

  it('leaves who asked for what, and what came of it', async () => {
    const id = await letter({ token: 'T' });
    await ask({ kind: 'edit', deadLetter: id, payload: { token: 'secret' } });
    await ask({ kind: 'note', group: 'unknown', text: 'secret' });
    await ask({ kind: 'discard', selection: { query: 'state:dead' } });

    await expect(audit()).resolves.toEqual([
      { by: 'ann', action: 'edit', subject: id, refusal: null },
      { by: 'ann', action: 'note', subject: 'unknown', refusal: { status: 404, code: 'unknown-group', detail: 'There is no group "unknown" of dead letters.' } },
      { by: 'ann', action: 'discard', subject: { query: 'state:dead' }, refusal: null },
    ]);
  });

  it('that the database cannot keep is refused, not tried for ever', async () => {
    for (const asked of [
      { kind: 'note', group: 'a\0b', text: 'x' },
      { kind: 'redrive', selection: { query: 'flow:"a\0b"' } },
      { kind: 'redrive', selection: { group: '\ud800\0' } },
    ] as const) {
      await expect(ask(asked)).resolves.toMatchObject({ status: 422 });
    }
  });

  it('waits for a database that is away', async () => {
    const behind = new Database({ url: world.toDatabase.url, schema: 'observer' });
    world.toDatabase.cut();
    const request = withId({ kind: 'discard', selection: { query: '' } });

    await expect(onDatabase(behind).perform(request)).rejects.toThrow();

    world.toDatabase.restore();
    await waitFor(() => onDatabase(behind).perform(request).then(() => true));
    await expect(world.answer(request.id)).resolves.toBeNull();
    await behind.close();
  });
});

describe('starting an operation', () => {
  it('says how many there are, and where what dies later begins', async () => {
    await world.dead(queue, [{ n: 1 }, { n: 2 }, { n: 3 }]);
    const request = withId({ kind: 'redrive', selection: { query: 'payload.n<3' }, rate: 2.5 });
    await requests.perform(request);

    await expect(world.database.query('select id, state, total, rate, by, selection, most_id - (select max(id) from observer.dead_letters) as more from observer.operations')).resolves
      .toEqual([{ id: request.id, state: 'running', total: '2', rate: 2.5, by: 'ann', selection: { query: 'payload.n<3' }, more: '0' }]);
  });

  it.each([
    ['redriving', 'is being redriven'],
    ['redriven', 'was redriven already'],
    ['handled', 'was redriven already, and handled'],
    ['dead-again', 'was redriven already, and is dead again as another one'],
    ['discarded', 'was discarded'],
  ])('is refused for a letter that is %s', async (state, why) => {
    const id = await letter();
    await stateOf(id, state);

    await expect(ask(ids(id))).resolves.toEqual({ status: 409, code: 'not-dead', detail: `Dead letter ${id} ${why}.` });
    await expect(operations()).resolves.toEqual([]);
  });

  it('takes those of the letters that are dead', async () => {
    const [one = 0, two = 0, three = 0] = await world.dead(queue, [1, 2, 3]);
    await stateOf(two, 'discarded');

    await expect(ask(ids(one, two, three, three))).resolves.toBeNull();
    await expect(operations()).resolves.toMatchObject([{ total: 2 }]);
  });

  it('does not list a thousand', async () => {
    const letters = await world.dead(queue, [1, 2, 3, 4, 5, 6]);
    for (const id of letters) await stateOf(id, 'discarded');

    const refusal = await ask(ids(...letters));

    expect(refusal?.detail).toMatch(/^Dead letter (\d+ was discarded, ){4}\d+ was discarded, and so on: 6 in all\.$/);
  });

  it.each<[string, Asked, Refusal]>([
    ['an unknown letter', ids(4_711), { status: 404, code: 'unknown-dead-letter', detail: 'There is no dead letter 4711.' }],
    ['an unknown group', { kind: 'discard', selection: { group: 'x' } }, { status: 404, code: 'unknown-group', detail: 'There is no group "x" of dead letters.' }],
    ['a search that is wrong', { kind: 'redrive', selection: { query: 'flow:' } }, { status: 422, code: 'query-syntax', detail: 'Expected a value after "flow:" at column 6.' }],
    ['an unknown operation', { kind: 'steer', steer: 'abort', operation: '0198a0f0-0000-7000-8000-000000000000' },
      { status: 404, code: 'unknown-operation', detail: 'There is no operation 0198a0f0-0000-7000-8000-000000000000.' }],
    ['a queue of Warren’s', { kind: 'adopt', queue: 'warren.journal' }, { status: 422, code: 'own-queue', detail: 'Queue "warren.journal" is Warren\'s own: nothing in it can be adopted.' }],
  ])('is refused for %s', async (_, asked, refusal) => {
    await expect(ask(asked)).resolves.toEqual(refusal);
    await expect(operations()).resolves.toEqual([]);
  });

  it('is refused for a search that takes too long', async () => {
    const { patience } = limits;
    limits.patience = 200;
    await world.direct.transaction(async (tx) => {
      await sql`lock table dead_letters in access exclusive mode`.execute(tx);
      await expect(ask({ kind: 'redrive', selection: { query: '' } })).resolves.toMatchObject({ status: 422, code: 'search-too-long' });
    });
    limits.patience = patience;
  });
});

async function groupId(): Promise<string> {
  const [{ id }] = (await world.database.query('select id from journal.dead_groups')) as [{ id: string }];
  return id;
}

describe('a note', () => {
  it('stays with its group', async () => {
    await letter();
    await expect(ask({ kind: 'note', group: await groupId(), text: 'see #12\0' })).resolves.toBeNull();

    const [{ notes }] = (await world.database.query('select notes from journal.dead_groups')) as [{ notes: unknown }];
    expect(notes).toEqual([{ at: expect.any(String), by: 'ann', text: 'see #12' }]);
  });
});

describe('an edit', () => {
  const payload = async (id: number) => {
    const [row] = await world.database.query<{ body: Buffer; shown: Buffer | null; line: string; payload: unknown; edited: boolean; size: number; message: string; edited_digest: string; digest: string }>(
      'select * from observer.dead_letters where id = $1', [id],
    ); // prettier-ignore
    return row!;
  };
  const edit = (deadLetter: number, payload: unknown) => ask({ kind: 'edit', deadLetter, payload });

  it('changes what is sent and what is shown; id, journey and the digest of what came stay', async () => {
    const id = await letter({ text: 'before' });
    const before = await payload(id);

    await expect(edit(id, { text: 'after' })).resolves.toBeNull();

    const after = await payload(id);
    expect(after.body.toString()).toBe('{"text":"after"}');
    expect(after).toMatchObject({ edited: true, size: 16, line: 'after', payload: { text: 'after' }, message: before.message, digest: before.digest });
    expect(after.edited_digest).toMatch(/^[0-9a-f]{64}$/);
  });

  it('keeps secrets that were shown masked, and shows none', async () => {
    const id = await letter({ text: 'before', token: 'T', users: [{ token: 'A' }, { token: 'B' }] });

    await expect(edit(id, { text: 'after', token: '***', users: [{ token: '***' }, { token: 'new' }] })).resolves.toBeNull();

    const { body, shown, line, payload: searched } = await payload(id);
    expect(JSON.parse(body.toString())).toEqual({ text: 'after', token: 'T', users: [{ token: 'A' }, { token: 'new' }] });
    expect(JSON.parse(shown!.toString())).toEqual({ text: 'after', token: '***', users: [{ token: '***' }, { token: '***' }] });
    expect([line, searched]).toEqual(['after ***', { text: 'after', token: '***', users: [{ token: '***' }, { token: '***' }] }]);
  });

  it('never stores a mask as the secret', async () => {
    const id = await letter({ text: 'before' });

    await expect(edit(id, { token: '***' })).resolves.toMatchObject({ status: 422, code: 'masked-secret', detail: expect.stringContaining('"token"') });
    await expect(payload(id)).resolves.toMatchObject({ edited: false, line: 'before' });
  });

  it('of a long body keeps its secret too', async () => {
    const id = await letter({ text: 'x'.repeat(10_000), token: 'T' });
    await edit(id, { text: 'y', token: '***' });
    expect((await payload(id)).body.toString()).toBe('{"text":"y","token":"T"}');
  });

  it('of what is not dead is refused', async () => {
    const id = await letter();
    await stateOf(id, 'redriven');

    await expect(edit(id, { text: 'late' })).resolves.toEqual({ status: 409, code: 'not-dead', detail: `Dead letter ${id} was redriven already.` });
    await expect(edit(4_711, {})).resolves.toMatchObject({ status: 404, code: 'unknown-dead-letter' });
  });

  it('may hold what jsonb cannot, and is not searched for that', async () => {
    const id = await letter();
    await expect(edit(id, { text: 'a\0b' })).resolves.toBeNull();
    expect((await payload(id)).body.toString()).toBe(String.raw`{"text":"a\u0000b"}`);
  });
});
