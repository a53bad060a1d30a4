import { type Problem, type SystemState } from '@warren/protocol';
import { FaultProxy, onTeardown, waitFor } from '@warren/testing';
import { startGateway, surroundings, type TestGateway } from '../../test/start-gateway.js';

let network: FaultProxy;
let gateway: TestGateway;

const put = (body: string) => gateway.call('/state', { method: 'PUT', body });
const state = async () => (await gateway.call('/state', { headers: { accept: 'application/json' } })).json<SystemState>();

beforeAll(async () => {
  const { broker, database } = await surroundings();
  network = await FaultProxy.to(broker.url);
  onTeardown(() => network.close());
  gateway = await startGateway({ broker: { ...broker, url: network.url }, database });
});

describe('PUT /state without a broker', () => {
  it('answers at the deadline that the broker takes no commands, and converges when it is back', async () => {
    network.hang();
    const answer = await put('PAUSED');

    expect(answer.status).toBe(504);
    expect(answer.json<Problem>().detail).toContain('The broker does not take the commands');
    expect(await state()).toMatchObject({ state: 'PAUSED', converged: false });
    network.restore();
    await waitFor(async () => (await state()).converged);
  });
});
