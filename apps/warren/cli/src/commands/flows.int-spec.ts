import { FakeGateway } from '../../test/fake-gateway.js';
import { shop } from '../../test/flows.js';
import { warren } from '../../test/warren.js';
import { documentOf } from '../flows/document.js';

let gateway: FakeGateway;
const ask = (...args: string[]) => warren(args, { url: gateway.url });
const serve = (...items: ReturnType<typeof shop>[]) => gateway.serves({ 'GET /api/v1/flows': [{ items }] });
beforeEach(async () => {
  gateway = await FakeGateway.start();
  serve(shop(), shop({ name: 'mail', sources: [], consumers: [] }));
});
afterEach(() => gateway.close());

describe('warren flows', () => {
  it('lists them', async () => {
    const { out } = await ask('flows');
    expect(out).toMatch(/^shop +receipt, order +shop.till +clock +shop-till, shop-clock$/m);
    expect(out).toMatch(/^mail +receipt, order +- +- +shop-till, shop-clock$/m);
    expect(JSON.parse((await ask('flows', '--json')).out)).toMatchObject([{ name: 'shop' }, { name: 'mail' }]);
  });

  it('shows one in full, with its payloads', async () => {
    const { out } = await ask('flows', 'shop');
    expect(out).toMatch(/^deadline +1 h$/m);
    expect(out).toMatch(/^CONTRACT shop.receipt@1, topic shop.receipt, terminal\nFIELD +REQUIRED +SECRET +IS\nitem +yes +no +text, 1 or more characters$/m);
    expect(out).toMatch(/^shop.till +order +shop-till +10 +2 attempts, after 1 s; then a dead letter$/m);
    expect(out).toMatch(/^clock +order +shop-clock +3 s$/m);
    expect(JSON.parse((await ask('flows', 'shop', '--json')).out)).toEqual(shop());
  });

  it('shows one that has neither consumers nor sources', async () => {
    expect((await ask('flows', 'mail')).out).toMatch(/^CONSUMERS\nnone\n\nSOURCES\nnone\n$/m);
  });

  it('makes the page on messaging of all, or of one', async () => {
    expect((await ask('flows', '--markdown')).out).toBe(documentOf([shop(), shop({ name: 'mail', sources: [], consumers: [] })]));
    expect((await ask('flows', 'shop', '--markdown')).out).toBe(documentOf([shop()]));
  });

  it('says which there are instead of one that nobody has announced', async () => {
    expect(await ask('flows', 'shpo')).toEqual({ code: 1, out: '', err: 'There is no flow shpo. There are: shop, mail.\n' });
    serve();
    expect((await ask('flows', 'shop')).err).toBe('There is no flow shop. There are: none yet.\n');
    expect(await ask('flows')).toEqual({ code: 0, out: '', err: 'There are none.\n' });
  });

  it('is harmless to a terminal, whatever a service has announced', async () => {
    serve(shop({ name: 'shop', exchange: '\u001b[2J' }));
    for (const args of [['flows'], ['flows', 'shop'], ['flows', '--markdown']]) expect((await ask(...args)).out).not.toContain('\u001b');
  });
});
