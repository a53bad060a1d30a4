import { digestOf } from './digest.js';

describe('the digest of a foreign message', () => {
  it('is the same for the same body at the same place', () => {
    expect(digestOf('signal', 'my.o', Buffer.from('x'))).toBe(digestOf('signal', 'my.o', Buffer.from('x')));
    expect(digestOf('signal', 'my.o', Buffer.from('x'))).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is another for another body, key or exchange, wherever one ends and the next begins', () => {
    const digests = [['a', 'b', 'c'], ['ab', '', 'c'], ['a', 'bc', ''], ['a', 'b', 'd']].map(([exchange, key, body]) => digestOf(exchange!, key!, Buffer.from(body!)));

    expect(new Set(digests).size).toBe(4);
  });
});
