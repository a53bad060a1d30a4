import { travelling } from './travelling.js';

/** As amqplib reads a double, an int64 and a table of any AMQP client. */
const wild = { deep: { '!': 'nonsense', value: 1, kept: true }, tripping: { hasOwnProperty: 'mine', kept: 1 }, none: Number.NaN, least: -Infinity, much: -1e300, large: 2 ** 62 };

function nested(depth: number): unknown {
  return depth === 0 ? 'bottom' : [nested(depth - 1)];
}

describe('the headers that a message brought', () => {
  it('travel on as they are', () => {
    const own = { tenant: 'acme', n: 7, half: 0.5, yes: true, nothing: null, list: [1, { a: 'b' }], bytes: Buffer.from('x'), at: { '!': 'timestamp', value: 1_700_000_000 }, price: { '!': 'decimal', value: { places: 2, digits: 995 } } };

    expect(travelling(own)).toEqual(own);
    expect(travelling(undefined)).toEqual({});
  });

  it.each(['x-death', 'x-first-death-exchange', 'x-first-death-queue', 'x-first-death-reason', 'x-last-death-exchange', 'x-last-death-queue', 'x-last-death-reason', 'x-delivery-count', 'x-acquired-count', 'CC', 'BCC'])(
    "stay behind where they are the broker's: %s",
    (name) => {
      expect(travelling({ [name]: 1, tenant: 'acme' })).toEqual({ tenant: 'acme' });
    },
  );

  it("stay behind where they are Warren's, but for the parent", () => {
    const ours = { 'warren-at': 1, 'warren-run': 1, 'warren-attempt': 2, 'warren-redrive': 1, 'warren-foreign': 'x', 'warren-queue': 'q', 'warren-cause': '{}', traceparent: 't' };

    expect(travelling({ ...ours, 'warren-hop': 'id queue' })).toEqual({ 'warren-hop': 'id queue' });
  });

  it.each([{ a: 1 }, 7, 'x'.repeat(401)])('stay behind where the parent cannot be read: it would make the message a foreign one', (hop) => {
    expect(travelling({ 'warren-hop': hop, tenant: 'acme' })).toEqual({ tenant: 'acme' });
  });

  it('that amqplib reads but cannot write go in another form, or without the part', () => {
    expect(travelling(wild)).toEqual({
      deep: { value: 1, kept: true }, tripping: { kept: 1 },
      none: null, least: null, much: { '!': 'double', value: -1e300 }, large: { '!': 'double', value: 2 ** 62 },
    }); // prettier-ignore
  });

  it.each([
    ['a time beyond what a number holds', { '!': 'timestamp', value: 2 ** 63 }, { value: { '!': 'double', value: 2 ** 63 } }],
    ['a decimal that is none', { '!': 'decimal', value: 7 }, { value: 7 }],
    ['a name that reaches for the prototype', JSON.parse('{"__proto__": {"a": 1}}'), JSON.parse('{"__proto__": {"a": 1}}')],
  ])('are made harmless: %s', (_, value, expected) => {
    expect(travelling({ value })).toEqual({ value: expected });
  });

  it('end where they are too deep, and do not travel where they are too large', () => {
    expect(JSON.stringify(travelling({ deep: nested(1_000) }))).toBe(`{"deep":${'['.repeat(20)}null${']'.repeat(20)}}`);
    expect(travelling({ much: 'x'.repeat(33_000), tenant: 'acme' })).toEqual({});
  });
});
