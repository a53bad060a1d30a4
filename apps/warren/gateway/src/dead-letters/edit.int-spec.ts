import { contract, type DeadLetterDetail, flow, type Problem } from '@warren/protocol';
import { z } from 'zod';
import { add } from '../../test/dead-letters.js';
import { fakeObserver, type FakeObserver } from '../../test/fake-observer.js';
import { startGateway, surroundings, type Surroundings, type TestGateway } from '../../test/start-gateway.js';

const shop = flow('shop', { order: contract('shop.order', z.object({ item: z.string(), count: z.int().min(1), card: z.object({ pin: z.string().min(4) }).optional() })) });
const { type, topic, exchange, schema } = shop.order.info;

let around: Surroundings;
let gateway: TestGateway;
let observer: FakeObserver;

const put = (id: unknown, body: string | Buffer) => gateway.call(`/api/v1/dead-letters/${String(id)}/payload`, { method: 'PUT', body });
const letter = async (row: Record<string, unknown> = {}) => (await add(around.database, 'dead_letters', row))[0];
const asked = () => observer.requests.map((request) => (request.kind === 'edit' ? [request.deadLetter, request.payload] : request.kind));

beforeAll(async () => {
  around = await surroundings();
  const text = 'insert into journal.contracts (flow, exchange, name, topic, version, type, terminal, secret, schema) values ($1, $2, $3, $4, $5, $6, false, $7, $8)';
  const announce = (version: number, type: string, schema: object) => around.database.query(text, ['shop', exchange, 'order', topic, version, type, ['card.pin'], JSON.stringify(schema)]);
  await announce(0, 'shop.order@0', { type: 'string' });
  await announce(1, type, z.toJSONSchema(schema));
  await around.database.query(`insert into journal.consumers values ('shop.till', 'shop.till', 'shop', $1, $2, 'order', 'shop-till', 10, '{}')`, [exchange, topic]);
  gateway = await startGateway(around);
  observer = await fakeObserver(around.broker, around.database);
});
beforeEach(() => {
  observer.requests.length = 0;
  observer.willing = () => Promise.resolve(null);
});

describe('PUT /api/v1/dead-letters/{id}/payload', () => {
  it('has the observer store a payload that fits, and answers the letter as it is then', async () => {
    const id = await letter();

    const answer = await put(id, '{"item":"tea","count":1}');

    expect(answer.status).toBe(200);
    expect(answer.json<DeadLetterDetail>()).toMatchObject({ id, edited: true, payload: { item: 'tea', count: 1 } });
    expect(asked()).toEqual([[id, { item: 'tea', count: 1 }]]);
  });

  it('refuses one that breaks the schema, field by field, and asks nobody', async () => {
    const answer = await put(await letter(), '{"item":7}');

    expect(answer.json<Problem>()).toMatchObject({
      status: 422, code: 'payload-does-not-fit', detail: 'The payload is no shop.order@1.', issues: [{ path: '/count' }, { path: '/item', message: 'must be string' }],
    }); // prettier-ignore
    expect(asked()).toEqual([]);
  });

  it("checks it against the schema of the letter's own version", async () => {
    const id = await letter({ contract: 'shop.order@0' });

    expect((await put(id, '{"item":"tea","count":1}')).status).toBe(422);
    expect((await put(id, '"tea"')).status).toBe(200);
  });

  it('checks one without a type against what its consumer takes', async () => {
    const id = await letter({ contract: null });

    expect((await put(id, '"tea"')).json<Problem>()).toMatchObject({ status: 422, detail: 'The payload is no shop.order@1.' });
  });

  it.each([['of a contract that nobody announced', 'legacy.order', 'shop.till'], ['of a queue that nobody announced', null, 'legacy']])(
    'takes any JSON for a letter %s', async (_, contract, queue) => {
      expect((await put(await letter({ contract, queue }), 'null')).status).toBe(200);
      expect(asked()).toMatchObject([[expect.any(Number), null]]);
    },
  ); // prettier-ignore

  it('takes a secret that was left masked, of which no schema can say anything, and nothing else like it', async () => {
    const id = await letter();

    expect((await put(id, '{"item":"tea","count":1,"card":{"pin":"***"}}')).status).toBe(200);
    expect((await put(id, '{"item":"tea","count":1,"card":{"pin":"**"}}')).json<Problem>().issues).toMatchObject([{ path: '/card/pin' }]);
  });

  it.each(['', '{"item":', 'tea', '{"item":"tea"} {}'])('refuses what is no JSON: %j', async (body) => {
    expect((await put(await letter(), body)).json<Problem>()).toMatchObject({ status: 400, code: 'no-json', detail: expect.stringContaining('The body is no JSON: ') as string });
  });

  it('refuses what nests too deep to be read again, and asks nobody', async () => {
    const answer = await put(await letter({ contract: 'legacy.order' }), `${'['.repeat(20_000)}${']'.repeat(20_000)}`);

    expect(answer.json<Problem>()).toMatchObject({ status: 422, code: 'payload-too-deep', detail: 'The payload may have at most 500 objects and arrays in one another.' });
    expect(asked()).toEqual([]);
  });

  it('takes 8 MB, and no byte more', async () => {
    const [id, most] = [await letter({ contract: 'legacy.order' }), 8 * 1024 * 1024];
    const ofLength = (length: number) => Buffer.from(JSON.stringify('x'.repeat(length - 2)));

    expect((await put(id, ofLength(most + 1))).json<Problem>()).toMatchObject({ status: 413, detail: `The body may have at most ${most} bytes.` });
    expect((await put(id, ofLength(most))).status).toBe(200);
  });

  it.each(['9999', 'abc'])('knows no dead letter %s', async (id) => {
    expect((await put(id, '{}')).json<Problem>()).toMatchObject({ status: 404, code: 'unknown-dead-letter' });
  });

  it('is refused as the observer refuses it', async () => {
    observer.willing = () => Promise.resolve({ status: 409, code: 'not-dead', detail: 'Dead letter 1 was redriven already.' });

    expect((await put(await letter(), '{"item":"tea","count":1}')).json<Problem>()).toMatchObject({ status: 409, code: 'not-dead', detail: 'Dead letter 1 was redriven already.' });
  });
});
