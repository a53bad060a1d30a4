import { groupOf } from './group.js';

const cause = { name: 'TypeError', message: 'Order 7 is gone', stack: 'take (orders.ts:1:2)' };

describe('a group', () => {
  it('is one queue’s letters of one cause', () => {
    expect(groupOf('orders', cause)).toMatch(/^[0-9a-f]{16}$/);
    expect(groupOf('orders', { ...cause, message: 'Order 8 is gone', stack: 'take (orders.ts:3:4)' })).toBe(groupOf('orders', cause));
  });

  it.each([
    ['queue', 'bills', cause],
    ['class', 'orders', { ...cause, name: 'Error' }],
    ['message', 'orders', { ...cause, message: 'Order 7 is late' }],
    ['place in the code', 'orders', { ...cause, stack: 'give (orders.ts:1:2)' }],
    ['knowledge of the place', 'orders', { name: cause.name, message: cause.message }],
  ])('is another for another %s', (_, queue, other) => {
    expect(groupOf(queue, other)).not.toBe(groupOf('orders', cause));
  });
});
