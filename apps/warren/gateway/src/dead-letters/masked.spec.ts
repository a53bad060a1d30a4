import { isMasked } from './masked.js';

const secret = ['pin', 'user.password', 'cards.number', 'a/b.~'];
const payload = {
  pin: '***', name: '***', user: { password: '***', name: 'Anna' }, cards: [{ number: '***' }, { number: 7 }], 'a/b': { '~': '***' },
}; // prettier-ignore

describe('a secret that was left as it is shown', () => {
  it.each(['/pin', '/user/password', '/cards/0/number', '/a~1b/~0'])('is found at %s', (pointer) => expect(isMasked(payload, pointer, secret)).toBe(true));

  it.each([
    ['/name', 'is no secret'],
    ['/cards/1/number', 'has another value'],
    ['/user', 'only holds one'],
    ['', 'is the whole'],
    ['/cards/2/number', 'is not there'],
    ['/user/toString', 'is not its own'],
    ['/name/length', 'is inside a text'],
  ])('is not found at %s, which %s', (pointer) => expect(isMasked(payload, pointer, secret)).toBe(false));

  it('is not found where nothing is secret', () => expect(isMasked(payload, '/pin', [])).toBe(false));
});
