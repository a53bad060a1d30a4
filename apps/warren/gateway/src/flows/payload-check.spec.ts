import { PayloadCheck } from './payload-check.js';

const schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  properties: { id: { type: 'string', format: 'uuid' }, items: { type: 'array', items: { type: 'object', properties: { 'a/b': { type: 'integer' } } } } },
  required: ['id'],
  additionalProperties: false,
};

describe('the payload check', () => {
  const check = new PayloadCheck();
  const paths = (payload: unknown) => check.issues(schema, payload).map(({ path }) => path);

  it('finds nothing in a payload that fits', () => {
    expect(check.issues(schema, { id: '0193a1c2-7d3e-7c4f-9a53-2f6b1c0d9e11', items: [{ 'a/b': 1 }] })).toEqual([]);
  });

  it('points at every field that is wrong', () => {
    expect(paths({ id: 'x', items: [{}, { 'a/b': 'one' }], more: 1 }).toSorted()).toEqual(['/id', '/items/1/a~1b', '/more']);
  });

  it('points at what is missing', () => expect(check.issues(schema, {})).toEqual([{ path: '/id', message: "must have required property 'id'" }]));

  it('points at the whole when it is of another type', () => expect(check.issues(schema, 'text')).toEqual([{ path: '', message: 'must be object' }]));

  it('checks each schema by itself', () => {
    expect(check.issues({ type: 'string' }, 1)).toHaveLength(1);
    expect(check.issues({ type: 'number' }, 1)).toHaveLength(0);
  });
});
