import { Body } from './body.js';
import { searchedOf } from './searched.js';

const searched = (payload: unknown, ...paths: string[]) => {
  const json = searchedOf(new Body(Buffer.from(JSON.stringify(payload))), paths);
  return json === null ? null : (JSON.parse(json) as unknown);
};

describe('what a message is found by', () => {
  const order = { id: 7, city: 'Oslo', user: { id: 42, name: 'Ann' }, items: [{ sku: 'a', price: 1 }, { sku: 'b', price: 2 }] };

  it.each([
    [['city'], { city: 'Oslo' }],
    [['city', 'id'], { city: 'Oslo', id: 7 }],
    [['user.id'], { user: { id: 42 } }],
    [['user.id', 'user.name'], { user: { id: 42, name: 'Ann' } }],
    [['user'], { user: { id: 42, name: 'Ann' } }],
    [['items.sku'], { items: [{ sku: 'a' }, { sku: 'b' }] }],
    [['items.sku', 'items.price'], { items: [{ sku: 'a', price: 1 }, { sku: 'b', price: 2 }] }],
    [['town', 'city'], { city: 'Oslo' }],
  ])('of the fields %j is %j', (paths, found) => expect(searched(order, ...paths)).toEqual(found));

  it.each([
    ['of no fields', order, []],
    ['of fields that are not there', order, ['town', 'user.age', 'city.name']],
    ['of what is no object', 'Oslo', ['city']],
    ['of a null', null, ['city']],
    ['of what nobody has of its own', order, ['constructor', '__proto__']],
    ['of a text that is too long', { city: 'o'.repeat(5_000) }, ['city']],
  ])('%s is nothing', (_, payload, paths) => expect(searched(payload, ...paths)).toBeNull());

  it('of a body that is no JSON is nothing', () => expect(searchedOf(new Body(Buffer.from('{"city"')), ['city'])).toBeNull());

  it('can be stored, whatever the text says', () => expect(searchedOf(new Body(Buffer.from('{"city":"a\\u0000b"}')), ['city'])).toBe('{"city":"ab"}'));
});
