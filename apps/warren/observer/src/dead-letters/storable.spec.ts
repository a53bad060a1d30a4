import { int4, storable, storableJson } from './storable.js';

describe('what Postgres can keep', () => {
  it('is text without NUL and without half a character, of a length', () => {
    expect([storable('a\0b\ud800c'), storable('abc', 2)]).toEqual(['ab\ufffdc', 'ab']);
  });

  it('is JSON of the same, names of fields too', () => {
    const value = { 'a\0': ['\udc00', { b: null }], buffer: Buffer.from('text\0'), big: 12345678901234567890n, infinite: Infinity, time: { '!': 'timestamp', value: 5 } };

    expect(JSON.parse(storableJson(value))).toEqual({ a: ['\ufffd', { b: null }], buffer: 'text', big: '12345678901234567890', infinite: null, time: { '!': 'timestamp', value: 5 } });
  });

  it('is a count that fits', () => {
    expect([int4(7), int4(2 ** 53)]).toEqual([7, 2 ** 31 - 1]);
  });
});
