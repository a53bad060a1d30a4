import { isPoison } from './poison.js';

const withCode = (code: string): Error => Object.assign(new Error(code), { code });

describe('an error', () => {
  it.each([withCode('22001'), withCode('23505'), withCode('54000'), new TypeError('x'), new RangeError('x')])('that the records cause is poison: %s', (error) => {
    expect(isPoison(error)).toBe(true);
  });

  it.each([withCode('08006'), withCode('57P01'), withCode('53300'), withCode('42P01'), withCode('ECONNREFUSED'), new Error('Connection terminated')])(
    'that will pass is not: %s',
    (error) => {
      expect(isPoison(error)).toBe(false);
    },
  );
});
