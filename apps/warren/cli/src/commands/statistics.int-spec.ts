import { type FlowStatistics } from '@warren/protocol';
import { FakeGateway, gone } from '../../test/fake-gateway.js';
import { shop } from '../../test/flows.js';
import { warren } from '../../test/warren.js';

const done = { handled: 200, retried: 3, dead: 1, waiting: { p50: 2.1, p90: 999.4, p99: 1_500, max: 2_000 }, handling: { p50: 61_000, p90: 90_000, p99: 3_600_000, max: 7_200_000 } };
const statistics: FlowStatistics = {
  ...done, flow: 'shop', window: '10m', from: '2026-11-20T06:30:00.000Z', to: '2026-11-20T06:40:00.000Z', published: 400, journeys: { complete: 199, dead: 1, latency: done.waiting },
  consumers: [
    { queue: 'shop.till', consumer: 'till', service: 'shop-till', concurrency: 10, ...done, published: 200, busy: 0.1234, instances: [{ service: 'shop-till', instance: 'till-3fa9', ...done, published: 200, busy: 0.2 }] },
    { queue: 'shop.gone', consumer: 'gone', service: 'shop-till', concurrency: null, handled: 0, retried: 0, dead: 0, waiting: null, handling: null, published: 0, busy: null, instances: [] },
  ],
}; // prettier-ignore
const path = 'GET /api/v1/flows/shop/statistics';

let gateway: FakeGateway;
const ask = (...args: string[]) => warren(args, { url: gateway.url });
beforeEach(async () => (gateway = await FakeGateway.start()));
afterEach(() => gateway.close());

describe('warren statistics', () => {
  it('shows what each flow did', async () => {
    gateway.serves({ 'GET /api/v1/flows': [{ items: [shop(), shop({ name: 'mail' })] }], [path]: [statistics], 'GET /api/v1/flows/mail/statistics': [{ ...statistics, flow: 'mail', journeys: { complete: 0, dead: 0, latency: null } }] });
    const { out } = await ask('statistics', '--window', '3h');
    expect(out).toMatch(/^shop +400 +200 +3 +1 +199 +1 +2 ms +999 ms +1\.5 s +2\.0 s$/m);
    expect(out).toMatch(/^mail +400 +200 +3 +1 +0 +0 +- +- +- +-$/m);
    expect(gateway.asked.map(({ url }) => url)).toEqual(['/api/v1/flows', '/api/v1/flows/shop/statistics?window=3h', '/api/v1/flows/mail/statistics?window=3h']);
    expect(JSON.parse((await ask('statistics', '--json')).out)).toMatchObject([{ flow: 'shop' }, { flow: 'mail' }]);
  });

  it('shows each consumer and instance of one', async () => {
    gateway.serves({ [path]: [statistics] });
    const { out } = await ask('statistics', 'shop');
    expect(out).toMatch(/^shop\.till +all +200 +3 +1 +200 +12\.3 % +2 ms +999 ms +1\.5 s +1\.0 min +1\.5 min +1\.0 h$/m);
    expect(out).toMatch(/^shop\.till +till-3fa9 +200 +3 +1 +200 +20\.0 % /m);
    expect(out).toMatch(/^shop\.gone +all +0 +0 +0 +0( +-){7}$/m);
    expect(gateway.asked[0]?.url).toBe('/api/v1/flows/shop/statistics?window=10m');
    expect(JSON.parse((await ask('statistics', 'shop', '--json')).out)).toEqual(statistics);
  });

  it('says that there are no flows, and why it cannot tell', async () => {
    gateway.serves({ 'GET /api/v1/flows': [{ items: [] }], [path]: [{ status: 404, title: 'Not Found', detail: 'There is no flow shop. There are: mail.' }, gone] });
    expect(await ask('statistics')).toEqual({ code: 0, out: '', err: 'There are none.\n' });
    expect(await ask('statistics', 'shop')).toEqual({ code: 1, out: '', err: 'There is no flow shop. There are: mail.\n' });
    expect((await ask('statistics', 'shop')).err).toContain('No gateway answers');
  });

  it('takes no other window', async () => expect((await ask('statistics', '--window', '2m')).code).toBe(2));
});
