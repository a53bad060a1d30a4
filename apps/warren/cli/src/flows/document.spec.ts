import { contract, shop } from '../../test/flows.js';
import { documentOf } from './document.js';

/** A section of a flow, under its heading. */
const part = (page: string, heading: string): string => page.split(`### ${heading}\n\n`)[1]?.split('\n\n### ')[0]?.trim() ?? '';

describe('the page on messaging', () => {
  it('says where a flow is published, who has announced it and when a journey is stalled', () => {
    expect(documentOf([shop()])).toContain(
      '## shop\n\nTopic exchange `wires`. Announced by `shop-clock`, `shop-till`. A journey that is open for more than 1 h is stalled.\n',
    );
    expect(documentOf([shop({ deadline: null })])).toContain('Announced by `shop-clock`, `shop-till`.\n');
  });

  it('lists its contracts, and their payload once where it is the same', () => {
    expect(part(documentOf([shop()]), 'Contracts')).toBe(
      [
        '| Contract | Version | Topic | Terminal |',
        '| --- | --- | --- | --- |',
        '| `order` | 2 | `shop.order` | no |',
        '| `receipt` | 1 | `shop.receipt` | yes: nobody consumes it, by design |',
        '',
        'The payload of `order`, `receipt`:',
        '',
        '| Field | Is |  |',
        '| --- | --- | --- |',
        '| `item` | text, 1 or more characters | required |',
      ].join('\n'),
    );
  });

  it('lists each payload where they differ, with what is secret', () => {
    const schema = { type: 'object', properties: { pin: { type: 'string' } } };
    const contracts = [contract(), contract({ name: 'pay', schema, secret: ['pin'] }), contract({ name: 'note', schema: { type: 'string' } })];
    const page = documentOf([shop({ contracts })]);

    expect(page).toMatch(/payload of `pay`:\n\n.*\n.*\n\| `pin` \| text \| optional, secret \|\n/);
    expect(page).toMatch(/payload of `note`:\n\n.*\n.*\n\| the payload itself \| text \| required \|\n/);
  });

  it('tells who publishes a contract from who may: a service that has it and does not consume it', () => {
    const services = ['shop-till', 'shop-clock', 'shop-audit'];

    expect(part(documentOf([shop({ services })]), 'Producers').split('\n').slice(2)).toEqual([
      '| `order` | `shop-clock` | `shop-audit` |',
      '| `receipt` | none | `shop-audit`, `shop-clock`, `shop-till` |',
    ]);
  });

  it('lists consumers with their queues and policies, and sources', () => {
    expect(part(documentOf([shop()]), 'Consumers')).toMatch(/^\| `shop.till` \| `order` \| `shop-till` \| 10 an instance \| 2 attempts, after 1 s; then a dead letter \|$/m);
    expect(part(documentOf([shop()]), 'Sources')).toMatch(/^\| `clock` \| `order` \| `shop-clock` \| 3 s \|$/m);
  });

  it('says that there are none', () => {
    const page = documentOf([shop({ consumers: [], sources: [] })]);

    expect([part(page, 'Consumers'), part(page, 'Sources')]).toEqual(['None.', 'None.']);
  });

  it('is the same in whatever order things were announced', () => {
    const [one, other] = [shop(), shop({ name: 'a-shop' })];
    const turned = { ...one, services: one.services.toReversed(), contracts: one.contracts.toReversed() };

    expect(documentOf([other, turned])).toBe(documentOf([one, other]));
  });

  it('keeps its tables whole, whatever a pattern has in it', () => {
    const schema = { type: 'object', properties: { a: { type: 'string', pattern: '^(x|y)$', description: 'two\nlines' } } };

    expect(documentOf([shop({ contracts: [contract({ schema })] })])).toContain('| `a` | text, like `^(x\\|y)$` (two lines) | optional |');
  });
});
