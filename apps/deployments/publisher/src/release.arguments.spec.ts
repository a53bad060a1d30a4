import { releaseName, timeoutOf, withAttribute } from './release.arguments.js';

describe('the name of a release', () => {
  it('loses the blanks around it', () => {
    expect(releaseName(' v1.2.3 (hot fix)\n')).toBe('v1.2.3 (hot fix)');
  });

  it.each(['', ' \t', 'x'.repeat(201)])('has 1 to 200 characters, which %j has not', (name) => {
    expect(() => releaseName(name)).toThrow('1 to 200 characters');
  });
});

describe('--attr', () => {
  const attributes = (...texts: string[]) => texts.reduce((before, text) => withAttribute(text, before), {});

  it('is a key and a value, which may be empty, have = in it and many lines', () => {
    expect(attributes('branch=main', 'formula=a=b=c', 'empty=', 'notes=one\ntwo', 'constructor=x')).toEqual({
      branch: 'main', formula: 'a=b=c', empty: '', notes: 'one\ntwo', constructor: 'x',
    }); // prettier-ignore
  });

  it.each([
    ['branch', 'It is key=value.'],
    ['', 'It is key=value.'],
    ['=main', 'A key is a letter'],
    ['1st=x', 'A key is a letter'],
    ['a b=x', 'A key is a letter'],
    ['__proto__=x', 'A key is a letter'],
    [`${'k'.repeat(101)}=x`, '100 at the most'],
    [`notes=${'x'.repeat(4_001)}`, '4000 characters'],
  ])('is refused as %j', (text, reason) => {
    expect(() => withAttribute(text)).toThrow(reason);
  });

  it('is refused when its key was there before, also with the same value', () => {
    expect(() => attributes('branch=main', 'author=me', 'branch=main')).toThrow('"branch" is given twice.');
  });
});

describe('--timeout', () => {
  it.each([['10', 10_000], ['0.5', 500], ['3600', 3_600_000]])('is seconds: %s', (text, milliseconds) => {
    expect(timeoutOf(text)).toBe(milliseconds);
  });

  it.each(['', '0', '-1', '3601', '10s', 'Infinity', '1e3', '0x10'])('is not %j', (text) => {
    expect(() => timeoutOf(text)).toThrow('a number of seconds');
  });
});
