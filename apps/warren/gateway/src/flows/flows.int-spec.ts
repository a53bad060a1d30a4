import { contract, flow, type Flows, type Problem, type Published } from '@warren/protocol';
import { onTeardown, waitFor } from '@warren/testing';
import { type Channel, connect } from 'amqplib';
import { z } from 'zod';
import { startGateway, surroundings, type Surroundings, type TestGateway } from '../../test/start-gateway.js';

const shop = flow('shop', { order: contract('shop.order', z.object({ item: z.string(), count: z.int().min(1) })) });
const { type, topic, exchange } = shop.order.info;

let around: Surroundings;
let gateway: TestGateway;
let channel: Channel;

const post = (path: string, payload: unknown) => gateway.call(`/api/v1/flows/${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(payload) });

beforeAll(async () => {
  around = await surroundings();
  const schema = JSON.stringify(z.toJSONSchema(shop.order.info.schema));
  const insert = 'insert into journal.contracts (flow, exchange, name, topic, version, type, terminal, secret, schema) values ';
  await around.database.query(`${insert} ('shop', $1, 'order', $2, 1, $3, false, '{}', $4), ('shop', $1, 'order', $2, 0, 'shop.order@0', false, '{}', '{"type":"null"}')`, [exchange, topic, type, schema]);
  await around.database.query(`insert into journal.consumers values ('shop.till', 'till', 'shop', $1, $2, 'order', 'shop-till', 10, '{"attempts":1,"delays":[]}')`, [exchange, topic]);
  await around.database.query(`insert into journal.sources values ('shop', 'clock', 'order', 'shop-clock', 3000)`);
  await around.database.query(`insert into journal.flows values ('shop', 'wires', 60000)`);
  await around.database.query(`insert into journal.announced values ('shop', 'shop-till'), ('shop', 'shop-clock'), ('mail', 'mail-man')`);
  gateway = await startGateway(around);
  const connection = await connect(around.broker.url);
  onTeardown(() => connection.close());
  channel = await connection.createChannel();
  await channel.assertExchange(exchange, 'topic', { durable: true });
  await channel.assertQueue('shop.till', { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  await channel.bindQueue('shop.till', exchange, topic);
  await waitFor(async () => (await post('shop/order', { item: 'tea', count: 1 })).status === 202);
  await channel.purgeQueue('shop.till');
});

describe('GET /api/v1/flows', () => {
  it('shows what was announced, each contract in its newest version', async () => {
    expect((await gateway.call('/api/v1/flows')).json<Flows>()).toMatchObject({
      items: [
        { name: 'mail', exchange: 'mail', deadline: null, services: ['mail-man'], contracts: [] },
        {
          name: 'shop',
          exchange,
          deadline: 60_000,
          services: ['shop-clock', 'shop-till'],
          contracts: [{ name: 'order', topic, version: 1, type, schema: { type: 'object' } }],
          consumers: [{ queue: 'shop.till', service: 'shop-till', policy: { attempts: 1 } }],
          sources: [{ name: 'clock', every: 3000 }],
        },
      ],
    });
  });
});

describe('POST /api/v1/flows/{flow}/{contract}', () => {
  it('publishes under the contract and answers its ids', async () => {
    const answer = await post('shop/order', { item: 'tea', count: 2 });

    const published = answer.json<Published>();
    expect(answer.status).toBe(202);
    expect(published).toMatchObject({ flow: 'shop', contract: 'order', topic, journey: published.id });
    const message = await waitFor(() => channel.get('shop.till', { noAck: true }));
    expect(message.properties).toMatchObject({ messageId: published.id, type, appId: 'gateway' });
    expect(JSON.parse(message.content.toString())).toEqual({ item: 'tea', count: 2 });
  });

  it('refuses what does not fit, field by field', async () => {
    const answer = await post('shop/order', { count: 0 });

    expect(answer.status).toBe(422);
    expect(answer.json<Problem>()).toMatchObject({ code: 'payload-does-not-fit', issues: [{ path: '/item' }, { path: '/count' }] });
  });

  it.each([
    ['shop/ordr', 'unknown-contract', 'It has: order.'],
    ['shpo/order', 'unknown-flow', 'There are: shop.'],
  ])('names what there is instead of %s', async (path, code, detail) => {
    const answer = await post(path, {});

    expect(answer.status).toBe(404);
    expect(answer.json<Problem>()).toMatchObject({ code, detail: expect.stringContaining(detail) as string });
  });

  it('refuses a body that is no JSON', async () => {
    expect((await gateway.call('/api/v1/flows/shop/order', { method: 'POST', body: '{"item":' })).status).toBe(400);
  });

  it.each(['PAUSED', 'SHUTDOWN'])('is closed in %s, and says when to come again', async (state) => {
    await gateway.call('/state', { method: 'PUT', body: state });

    const answer = await post('shop/order', { item: 'tea', count: 1 });

    expect({ status: answer.status, code: answer.json<Problem>().code, retry: answer.headers.get('retry-after') }).toEqual({ status: 503, code: 'sources-closed', retry: '5' });
    await gateway.call('/state', { method: 'PUT', body: 'INIT' });
  });

  it('says so when nobody takes it', async () => {
    await channel.unbindQueue('shop.till', exchange, topic);

    const answer = await post('shop/order', { item: 'tea', count: 1 });

    expect({ status: answer.status, code: answer.json<Problem>().code }).toEqual({ status: 502, code: 'unroutable' });
  });
});
