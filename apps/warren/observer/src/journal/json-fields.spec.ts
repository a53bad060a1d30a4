import { fieldsOf, parseFields } from './json-fields.js';

const parse = (text: string, ...paths: string[]) => parseFields(Buffer.from(text), fieldsOf(paths));

describe('the wanted fields of a JSON', () => {
  const order = { id: 7, note: 'a "b" \\', user: { id: 42, name: 'Ann', address: { city: 'Oslo', zip: null } }, items: [{ sku: 'a', price: -1.5e3 }, { sku: 'b' }] };

  it.each([
    [['id'], { id: 7 }],
    [['note', 'id'], { id: 7, note: 'a "b" \\' }],
    [['user.id'], { user: { id: 42 } }],
    [['user.id', 'user.address.city'], { user: { id: 42, address: { city: 'Oslo' } } }],
    [['user.address'], { user: { address: { city: 'Oslo', zip: null } } }],
    [['user.id', 'user', 'user.name'], { user: order.user }],
    [['items.sku'], { items: order.items }],
    [['town', 'user.age', 'id.of'], { user: {}, id: 7 }],
  ])('for %j are %j', (paths, found) => {
    expect(parse(JSON.stringify(order), ...paths)).toEqual(found);
    expect(parse(JSON.stringify(order, null, '\r\n\t'), ...paths)).toEqual(found);
  });

  it('are all where none are named', () => expect(parse(JSON.stringify(order))).toEqual(order));

  it.each(['7', '"text"', 'null', ' [1, {"id": 2}] '])('of %s, which has none, are all of it', (text) => expect(parse(text, 'id')).toEqual(JSON.parse(text)));

  it('are the last ones where a name comes again, as JSON.parse() has it', () => expect(parse('{"id":1,"id":2,"no":3}', 'id')).toEqual({ id: 2 }));

  it('are found by what their names mean, not by how they are written', () => expect(parse('{"\\u0069d":1,"€":2,"a\\"b":3}', 'id', '€', 'a"b')).toEqual({ id: 1, '€': 2, 'a"b': 3 }));

  it('are fields of the object itself, whatever they are called', () => {
    const found = parse('{"__proto__":{"id":1},"constructor":2}', '__proto__', 'constructor') as object;

    expect(Object.entries(found)).toEqual([['__proto__', { id: 1 }], ['constructor', 2]]); // prettier-ignore
    expect(Object.getPrototypeOf(found)).toBe(Object.prototype);
  });

  it.each(['{"no":[},"id":1}', '{"no":tru,"id":1}', '{"no":1:2,"id":1}'])('are found beside what is not read, even where that is no JSON: %s', (text) => expect(parse(text, 'id')).toEqual({ id: 1 }));

  it('may lie as deep as anybody writes a path', () => expect(parse('{"a":{"a":1}}', `${'a.'.repeat(200_000)}a`)).toEqual({ a: { a: 1 } }));

  it('are found behind what nests deeper than anybody could go', () => expect(parse(`{"deep":${'['.repeat(200_000)}${']'.repeat(200_000)},"id":1}`, 'id')).toEqual({ id: 1 }));
});

describe('what is no JSON', () => {
  it.each([
    '', ' ', 'plain', '{', '{"id"', '{"id":', '{"id":1', '{"id":1,', '{"id":1,}', '{"id" 1}', '{"id":}', '{,}', '{id:1}', '{"id":1}x', '{"id":1}}', '{"id":tru}', '{"id":01}', '{"id":"x}', '{"id":"x\\"}', '{"id":"\\x"}',
    '{"no":}', '{"no":[1}', '{"no":[}', '{"no":"x}', '{"no":1 2}', '{"no":[1', '{"no":{"a":1', '\uFEFF{"id":1}',
  ])('is refused: %j', (text) => expect(() => parse(text, 'id')).toThrow(SyntaxError)); // prettier-ignore
});

/** The same numbers each time. Source: Numerical Recipes, the quick and dirty generator. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => ((state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32) / 2 ** 32) * below;
}

const names = ['a', 'b', 'c', 'é', 'a"b', 'a\\', '__proto__', ''];
const texts = ['', 'x', '"', '\\', '}{][,:', 'a\n\u2028\u0001', '😀'];

function randomValue(random: (below: number) => number, depth: number): unknown {
  const pick = <T>(all: readonly T[]) => all[Math.floor(random(all.length))] as T;
  const kind = depth > 3 ? random(4) : random(7);
  if (kind < 1) return pick(texts);
  if (kind < 2) return pick([0, -1, 1.5e300, 1e-7, 12345678901]);
  if (kind < 4) return pick([true, false, null]);
  const inner = () => randomValue(random, depth + 1);
  if (kind < 5) return Array.from({ length: random(4) }, inner);
  return Object.fromEntries(Array.from({ length: random(5) }, () => [pick(names), inner()]));
}

function pruned(value: unknown, ways: readonly string[][]): unknown {
  if (ways.some(({ length }) => length === 0) || typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const below = (name: string) => ways.filter(([first]) => first === name).map(([, ...rest]) => rest);
  return Object.fromEntries(Object.entries(value).flatMap(([name, inner]) => (below(name).length > 0 ? [[name, pruned(inner, below(name))]] : [])));
}

describe('random values', () => {
  it.each(Array.from({ length: 10 }, (_, seed) => seed))('are read as JSON.parse() reads them, and nothing that is cut short is read (seed %i)', (seed) => {
    const random = numbers(seed);
    for (let n = 0; n < 50; n += 1) {
      const value = { a: randomValue(random, 0), b: randomValue(random, 0), c: randomValue(random, 0) };
      const text = JSON.stringify(value, null, n % 2 === 0 ? undefined : ' ');
      const paths = Array.from({ length: 1 + random(3) }, () => Array.from({ length: 1 + random(3) }, () => names[Math.floor(random(names.length))]).join('.'));

      expect(parse(text, ...paths)).toEqual(pruned(value, paths.map((path) => path.split('.')))); // prettier-ignore
      for (let end = 0; end < text.length; end += 17) expect(() => parse(text.slice(0, end), ...paths)).toThrow(SyntaxError);
    }
  });
});
