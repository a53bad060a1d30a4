import { type FoundJourney, type FoundMessage } from '@warren/protocol';
import { FakeGateway, gone } from '../../test/fake-gateway.js';
import { warren } from '../../test/warren.js';

const id = '0191f6a2-0000-7000-8000-000000000001';
const root = { id, flow: 'shop', topic: 'shop.order', contract: 'shop.order@1', service: 'shop-web', run: 1, foreign: false, at: '2026-11-20T06:40:00.000Z', publishedAt: null, size: 3, line: 'tea\u001b[2J' };
const message: FoundMessage = {
  ...root, journey: id, parent: null, differs: false,
  hops: [{ queue: 'shop.till', consumer: 'till', outcome: 'handled', attempt: 1, instance: 'till-1', latency: 12 }, { queue: 'shop.stock', consumer: 'stock', outcome: 'dead', attempt: 5, instance: 'stock-1', latency: 99 }],
}; // prettier-ignore
const journey: FoundJourney = { ...root, state: 'dead', latency: 99.4 };

let gateway: FakeGateway;
const ask = (...args: string[]) => warren(args, { url: gateway.url });
beforeEach(async () => (gateway = await FakeGateway.start()));
afterEach(() => gateway.close());

describe('warren search', () => {
  it('shows the messages that are found, and that there are more', async () => {
    gateway.serves({ 'GET /api/v1/messages': [{ items: [message, { ...message, service: null, foreign: true, hops: [] }], next: 'more' }] });

    const { code, out, err } = await ask('search', 'flow:shop outcome:dead', '--limit', '2');

    expect([code, err]).toEqual([0, 'There are more: see --limit.\n']);
    const [, first, second] = out.split('\n');
    expect(first).toMatch(new RegExp(`^${id} +2026-11-20T06:40:00\\.000Z +shop +shop\\.order +shop-web +till handled, stock dead +tea`));
    expect(second).toMatch(/ foreign +- +tea/);
    expect(out).not.toContain('\u001b');
    expect(gateway.asked[0]?.url).toBe('/api/v1/messages?q=flow%3Ashop+outcome%3Adead&limit=2');
  });

  it('shows journeys', async () => {
    gateway.serves({ 'GET /api/v1/journeys': [{ items: [journey, { ...journey, state: 'open', latency: null }], next: null }] });
    const { out } = await ask('search', '--journeys', 'state:dead');
    expect(out).toMatch(/shop\.order +dead +99 ms +tea/);
    expect(out).toMatch(/shop\.order +open +- +tea/);
  });

  it('is JSON, page after page, when asked for', async () => {
    gateway.serves({ 'GET /api/v1/messages': [{ items: [message], next: 'b' }, { items: [message], next: null }] });
    expect(JSON.parse((await ask('search', '--json')).out)).toEqual([message, message]);
    expect(gateway.asked.map(({ url }) => url)).toEqual(['/api/v1/messages?limit=20', '/api/v1/messages?limit=19&cursor=b']);
  });

  it.each([['messages', []], ['journeys', ['--journeys']]])('exports all %s as they come', async (list, options) => {
    gateway.answers((_, response) => void response.setHeader('content-type', 'application/x-ndjson').end(`${JSON.stringify(journey)}\n`));
    expect((await ask('search', '--ndjson', ...options, 'tea')).out).toBe(`${JSON.stringify(journey)}\n`);
    expect(gateway.asked[0]).toMatchObject({ url: `/api/v1/${list}?q=tea`, headers: { accept: 'application/x-ndjson' } });
  });

  it('says what is wrong with a search, that nothing is found, and that nobody answers', async () => {
    gateway.serves({ 'GET /api/v1/messages': [{ status: 422, title: 'Unprocessable', detail: 'Expected a value after "flow:" at column 6.' }, { items: [], next: null }, gone] });
    expect(await ask('search', 'flow:')).toEqual({ code: 1, out: '', err: 'Expected a value after "flow:" at column 6.\n' });
    expect(await ask('search', 'x')).toEqual({ code: 0, out: '', err: 'There are none.\n' });
    expect((await ask('search', 'x')).err).toContain('No gateway answers');
  });
});
