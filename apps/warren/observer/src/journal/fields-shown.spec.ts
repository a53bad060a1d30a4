import { fieldsShown } from './fields-shown.js';
import { fieldsOf } from './json-fields.js';

describe('the fields that a contract shows', () => {
  it('are those of its line and those that it is found by', () => {
    expect(fieldsShown({ line: '{n} of {user.id}{user.name}', search: ['user.city', 'n'] })).toEqual(fieldsOf(['n', 'user.id', 'user.name', 'user.city']));
  });

  it('are worked out once', () => {
    const rendering = { line: '{n}' };
    expect(fieldsShown(rendering)).toBe(fieldsShown(rendering));
  });
});
