import { type AuditPage, type DeadLetters, names, type Operation, type Problem } from '@warren/protocol';
import { FaultProxy, onTeardown, waitFor } from '@warren/testing';
import { add } from '../../test/dead-letters.js';
import { fakeObserver } from '../../test/fake-observer.js';
import { startGateway, surroundings, type Surroundings, type TestGateway } from '../../test/start-gateway.js';

let around: Surroundings;
let toBroker: FaultProxy;
let toDatabase: FaultProxy;
let gateway: TestGateway;

const redrive = (key: string, body = '{"group":"g1"}') => gateway.call('/api/v1/dead-letters/redrive', { method: 'POST', body, headers: { 'Idempotency-Key': key } });
const problemOf = async (asked: ReturnType<typeof redrive>) => {
  const { headers, json } = await asked;
  return { retry: headers.get('retry-after'), ...json<Problem & { request?: string }>() };
};
const waiting = async () => (await around.broker.queue(names.requests)).messages;

beforeAll(async () => {
  around = await surroundings();
  const { broker, database } = around;
  [toBroker, toDatabase] = await Promise.all([FaultProxy.to(broker.url), FaultProxy.to(database.url)]);
  onTeardown(() => Promise.all([toBroker.close(), toDatabase.close()]).then(() => undefined));
  gateway = await startGateway({ broker: { ...broker, url: toBroker.url }, database: { ...database, url: toDatabase.url } }, { ANSWER_DEADLINE: '400' });
  await add(database, 'dead_letters', {});
});

describe('without an observer', () => {
  it('a request is kept, and who asks again with its key when one is back gets the answer', async () => {
    const problem = await problemOf(redrive('key-1'));

    expect(problem).toMatchObject({ status: 503, code: 'not-answered', retry: '5', detail: expect.stringContaining('No observer has answered within 400 ms.') as string });
    expect(await waiting()).toBe(1);
    await fakeObserver(around.broker, around.database);
    await waitFor(async () => (await gateway.call('/api/v1/audit')).json<AuditPage>().items.length === 1);
    const again = await redrive('key-1');
    expect([again.status, again.json<Operation>().id]).toEqual([202, problem.request]);
  });

  it('without a queue of requests too, which a service declares', async () => {
    await around.broker.management(`/api/queues/${around.broker.vhost}/${names.requests}`, { method: 'DELETE' });

    expect(await problemOf(redrive('key-2'))).toMatchObject({ status: 503, code: 'no-observer', retry: '5' });
  });
});

describe('without the broker', () => {
  it('a request is answered at the deadline', async () => {
    toBroker.hang();

    const problem = await problemOf(redrive('key-3'));

    expect(problem).toMatchObject({ status: 503, code: 'not-confirmed', retry: '5', detail: expect.stringContaining('away, or an alarm blocks it') as string });
    expect((await gateway.call('/api/v1/dead-letters')).json<DeadLetters>().items).toHaveLength(1);
    toBroker.restore();
  });
});

describe('without the database', () => {
  const paths = ['dead-letters', 'dead-letters?q=tea', 'dead-letters/1', 'dead-letters/groups', 'dead-letters/groups/g1', 'dead-letters/health', 'operations', 'audit'];

  beforeAll(() => toDatabase.cut());
  afterAll(() => toDatabase.restore());

  it.each([...paths, 'operations/0193a1c2-7d3e-7c4f-9a53-2f6b1c0d9e11'])('GET %s says so', async (path) => {
    expect(await problemOf(gateway.call(`/api/v1/${path}`))).toMatchObject({ status: 503, code: 'database-away', retry: '5' });
  });

  it('nothing is asked of the observer', async () => {
    const before = await waiting().catch(() => 0);

    expect(await problemOf(redrive('key-4'))).toMatchObject({ status: 503, code: 'database-away' });
    expect(await waiting().catch(() => 0)).toBe(before);
  });

  it('an edit, a note and a dry run say so', async () => {
    const edit = gateway.call('/api/v1/dead-letters/1/payload', { method: 'PUT', body: '{}' });
    const note = gateway.call('/api/v1/dead-letters/groups/g1/notes', { method: 'POST', body: '{"text":"x"}' });

    for (const asked of [edit, note, redrive('key-5', '{"group":"g1","dryRun":true}')]) expect(await problemOf(asked)).toMatchObject({ status: 503, code: 'database-away' });
  });
});
