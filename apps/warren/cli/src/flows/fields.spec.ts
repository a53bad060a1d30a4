import { z } from 'zod';
import { fieldsOf } from './fields.js';

const fields = (schema: z.ZodType, secret: string[] = []) => fieldsOf({ schema: z.toJSONSchema(schema, { io: 'input' }), secret });
const told = (schema: z.ZodType) => fields(schema).map(({ path, words, required }) => `${path}${required ? '' : '?'}: ${words}`);

describe('the fields of a payload', () => {
  it('are required or not, as the publisher has to give them', () => {
    expect(told(z.object({ a: z.string(), b: z.string().optional(), c: z.int().default(1) }))).toEqual(['a: text', 'b?: text', 'c?: whole number, default `1`']);
  });

  it('are told in one order, whatever order a database has kept: those required as they were declared, then the others by name', () => {
    const properties = { z: { type: 'string' }, a: { type: 'string' }, d: { type: 'string' }, c: { type: 'string' } };

    expect(fieldsOf({ schema: { type: 'object', properties, required: ['d', 'c', 'gone'] }, secret: [] }).map(({ path }) => path)).toEqual(['d', 'c', 'a', 'z']);
  });

  it('have the names of those that they are inside of', () => {
    const user = z.object({ name: z.string(), address: z.object({ city: z.string() }).optional() });

    expect(told(z.object({ user, tags: z.array(z.object({ id: z.uuid() })) }))).toEqual([
      'user: object', 'user.name: text', 'user.address?: object', 'user.address.city: text', 'tags: list, each object', 'tags[].id: UUID',
    ]); // prettier-ignore
  });

  it('of alternatives are told once, and required where all of them are', () => {
    const either = z.discriminatedUnion('kind', [z.object({ kind: z.literal('a'), n: z.int() }), z.object({ kind: z.literal('b') })]);

    expect(told(either)).toEqual(['kind: `"a"` or `"b"`', 'n?: whole number']);
  });

  it('of an object that may be null are told', () => {
    expect(told(z.object({ by: z.object({ id: z.int() }).nullable() }))).toEqual(['by: object or null', 'by.id: whole number']);
  });

  it('that are secret say so, nested ones and those of each element, too', () => {
    const schema = z.object({ token: z.string(), users: z.array(z.object({ name: z.string(), password: z.string() })) });

    expect(fields(schema, ['token', 'users.password']).filter(({ secret }) => secret).map(({ path }) => path)).toEqual(['token', 'users[].password']);
  });

  it('are the payload itself where it is no object with known ones', () => {
    expect(fields(z.string().max(3))).toEqual([{ path: '', words: 'text, at most 3 characters', required: true, secret: false }]);
  });

  it('end, where a schema refers to itself', () => {
    const Tree = z.object({ name: z.string(), get children() { return z.array(Tree); } }); // prettier-ignore

    expect(fields(Tree).length).toBeLessThan(20);
    expect(told(Tree)).toContain('children[].children[].name: text');
  });
});
