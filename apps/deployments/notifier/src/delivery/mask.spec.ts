import { maskOf } from './mask.js';

describe('a mask', () => {
  const mask = maskOf(['hunter2!', 'hunter2!-and-more', 'a/b c"d', '']);

  it.each([
    ['token hunter2!, again hunter2!', 'token ***, again ***'],
    ['hunter2!-and-more', '***'], // not "***-and-more"
    ['x?k=a%2Fb%20c%22d', 'x?k=***'],
    ['{"k":"a/b c\\"d"}', '{"k":"***"}'],
    ['nothing', 'nothing'],
  ])('makes of %s: %s', (text, masked) => {
    expect(mask(text)).toBe(masked);
  });

  it('takes a secret as it is written, whatever characters it has', () => {
    expect(maskOf(['$&.*($1'])('a $&.*($1 b')).toBe('a *** b');
    expect(maskOf(['half\ud800'])('half\ud800')).toBe('***');
  });

  it('without secrets leaves all as it is', () => {
    expect(maskOf([])('abc')).toBe('abc');
  });
});
