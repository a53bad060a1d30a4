import { z } from 'zod';
import { type Schema } from './schema.js';
import { inWords } from './words.js';

const said = (schema: z.ZodType) => {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Schema;
  return inWords(json, json);
};

describe('what a value may be', () => {
  it.each([
    [z.string(), 'text'],
    [z.string().min(1).max(200), 'text, 1 to 200 characters'],
    [z.string().min(3), 'text, 3 or more characters'],
    [z.string().max(3), 'text, at most 3 characters'],
    [z.string().length(2), 'text, 2 characters'],
    [z.string().regex(/^(a|b)$/), 'text, like `^(a|b)$`'],
    [z.string().regex(/^`$/), 'text, like `` ^`$ ``'],
    [z.iso.datetime({ offset: true }), 'time (ISO 8601)'],
    [z.uuid(), 'UUID'],
    [z.ipv4(), 'text as ipv4'],
    [z.number(), 'number'],
    [z.number().gt(0).lt(9), 'number, more than 0, less than 9'],
    [z.number().multipleOf(0.5).max(4), 'number, at most 4, in steps of 0.5'],
    [z.int(), 'whole number'],
    [z.int().min(0), 'whole number, 0 or more'],
    [z.int().min(1).max(5).default(3), 'whole number, 1 to 5, default `3`'],
    [z.boolean().describe('whether it is new'), 'true or false (whether it is new)'],
    [z.literal('x'), '`"x"`'],
    [z.enum(['a', 'b']), '`"a"` or `"b"`'],
    [z.string().nullable(), 'text or null'],
    [z.string().min(2).nullable(), 'text, 2 or more characters or null'],
    [z.string().min(2).and(z.string().max(4)), 'text, 2 or more characters and text, at most 4 characters'],
    [z.unknown(), 'anything'],
    [z.never(), 'nothing'],
    [z.bigint(), 'anything'],
    [z.array(z.int().min(1)).min(1).max(3), 'list, each whole number, 1 or more, 1 to 3 of them'],
    [z.tuple([z.string(), z.int()]), 'list of text; whole number'],
    [z.object({ a: z.string() }), 'object'],
    [z.object({}).loose(), 'object'],
    [z.record(z.string().regex(/^x/), z.string().max(4)).default({}), 'object, keys like `^x`, each value text, at most 4 characters, default `{}`'],
    [z.record(z.string(), z.unknown()), 'object'],
  ])('is told of %#', (schema, words) => expect(said(schema)).toBe(words));

  it('is told of one that is defined elsewhere in the schema', () => {
    const Name = z.string().min(2).meta({ id: 'Name' });
    const root = z.toJSONSchema(z.object({ name: Name })) as unknown as Schema & { properties: { name: Schema } };

    expect(inWords(root.properties.name, root)).toBe('text, 2 or more characters');
  });

  it('ends, where it refers to itself', () => {
    const List: Schema = { type: 'array', items: { $ref: '#' } };

    expect(inWords(List, List)).toBe('list, each list, each list, each list, each list, each …');
  });

  it.each<[Schema]>([[{ type: 7 }], [{ enum: 'a', anyOf: 'b' }], [{ $ref: '#/none' }], [{ $ref: 'https://example.org' }]])('is anything where %j says nothing', (schema) => {
    expect(inWords(schema, schema)).toBe('anything');
  });
});
