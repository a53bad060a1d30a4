import { type Problem, type SystemState, type Transition } from '@warren/protocol';
import { waitFor } from '@warren/testing';
import { fakeInstance, type FakeInstance, fakeObserver } from '../../test/fake-instance.js';
import { type Answer, startGateway, surroundings, type Surroundings, type TestGateway } from '../../test/start-gateway.js';

let around: Surroundings;
let one: TestGateway;
let other: TestGateway;
let imed: FakeInstance;

const put = (gateway: TestGateway, body: string) => gateway.call('/state', { method: 'PUT', body, headers: { accept: 'application/json' } });
const state = async (gateway: TestGateway) => (await gateway.call('/state', { headers: { accept: 'application/json' } })).json<SystemState>();

beforeAll(async () => {
  around = await surroundings();
  [one, other] = [await startGateway(around), await startGateway(around)];
  await fakeObserver(around.broker, around.database);
  imed = await fakeInstance(around.broker, 'imed');
  await waitFor(() => imed.commands.length > 0);
});

describe('two gateways beside each other', () => {
  it('perform the first INIT once', async () => {
    expect((await other.call('/run-log')).text.match(/INIT/g)).toHaveLength(1);
  });

  it('show the same', async () => {
    await put(one, 'PAUSED');

    for (const path of ['/state', '/run-log']) expect((await one.call(path)).text).toBe((await other.call(path)).text);
    expect((await put(other, 'RUNNING')).json<Transition>().entries.map(({ service }) => service)).toEqual(['gateway', 'gateway', 'imed']);
  });

  it('take turns', async () => {
    const { epoch } = await state(one);

    const answers = await Promise.all([put(one, 'PAUSED'), put(other, 'INIT'), put(one, 'PAUSED'), put(other, 'INIT')]);

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const epochs = imed.commands.map((command) => command.epoch).filter((told) => told > epoch);
    expect(epochs).toEqual(epochs.toSorted((a, b) => a - b));
    expect(await state(one)).toMatchObject({ converged: true });
  });

  it('carry on what the other was killed over', async () => {
    await put(one, 'RUNNING');
    const { epoch } = await state(other);
    imed.willing = ({ attached }) => (attached === 'all' ? new Promise(() => undefined) : Promise.resolve());
    const shutdown = put(one, 'SHUTDOWN').catch((error: unknown) => error);
    await waitFor(() => imed.commands.at(-1)?.state === 'SHUTDOWN');

    await killLockHolder(); // what is left of a gateway that dies: its row, and no lock
    await waitFor(() => imed.commands.at(-1)?.attached === 'none');

    await waitFor(async () => (await state(other)).converged);
    expect(await state(other)).toMatchObject({ state: 'SHUTDOWN', epoch: epoch + 3 });
    await shutdown;
    imed.willing = () => Promise.resolve();
    expect((await put(other, 'INIT')).status).toBe(200);
  });
});

describe('without Postgres', () => {
  let known: SystemState;
  let answer: Answer;
  beforeAll(async () => {
    known = await state(one);
    await around.database.remove();
    answer = await put(one, 'PAUSED');
  });

  it('nothing is decided', () => {
    expect({ status: answer.status, code: answer.json<Problem>().code }).toEqual({ status: 503, code: 'database-away' });
    expect(imed.commands.at(-1)).toMatchObject({ state: 'RUNNING' });
  });

  it('the last state is shown with its age', async () => {
    const { age, ...shown } = await state(one);

    expect(shown).toMatchObject({ state: 'RUNNING', epoch: known.epoch });
    expect(age).toBeGreaterThan(0);
  });

  it('the run-log and the roster are away too', async () => {
    for (const path of ['/run-log', '/api/v1/services', '/api/v1/flows']) expect((await one.call(path)).status).toBe(503);
  });

  it('late joiners still hear the last state', async () => {
    const late = await fakeInstance(around.broker, 'late');

    await waitFor(() => late.commands.at(-1)?.state === 'RUNNING');
  });
});

const killLockHolder = () =>
  around.database.query(`select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database())`);
