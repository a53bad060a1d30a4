import { Body } from './body.js';
import { lineOf, withoutSecrets } from './line.js';

const body = (payload: unknown): Buffer => Buffer.from(JSON.stringify(payload));
const line = (template: string, payload: unknown) => lineOf(new Body(body(payload)), { line: template, secret: [] });

describe('a line', () => {
  it.each([
    ['{text}', { text: 'MSG_1' }, 'MSG_1'],
    ['{city}: {now.degrees} °C', { city: 'Oslo', now: { degrees: -3 } }, 'Oslo: -3 °C'],
    ['{tags} {none}', { tags: ['a', 'b'] }, '["a","b"] '],
    ['{toString}{text.length}', { text: 'x' }, ''],
    ['{text}', 'no object', ''],
  ])('of %s for %j is "%s"', (template, payload, expected) => {
    expect(line(template, payload)).toBe(expected);
  });

  it('is one line, whatever is in the message', () => {
    expect(line('{text}', { text: 'a\r\nb\u2028c\0d' })).toBe('a b cd');
  });

  it('is the beginning of a body that nests too deep to be shown by its fields', () => {
    const deep = `{"text":${'['.repeat(5_000)}1${']'.repeat(5_000)}}`;
    expect(lineOf(new Body(Buffer.from(deep)), { line: '{text}', secret: [] })).toBe(deep.slice(0, 1024));
  });

  it('has an end', () => {
    expect(line('{text}', { text: 'x'.repeat(20_000) })).toHaveLength(10_000);
  });

  it('without a template is the beginning of the body, cut between two characters', () => {
    const text = '€'.repeat(500);
    const shown = lineOf(new Body(Buffer.from(text)), { secret: [] });

    expect(shown).toBe('€'.repeat(341));
  });

  it('of a body that is no JSON is the body, template or not', () => {
    expect(lineOf(new Body(Buffer.from('plain')), { line: '{text}', secret: [] })).toBe('plain');
  });
});

describe('secrets', () => {
  const masked = (secret: string[], payload: unknown): unknown => JSON.parse(withoutSecrets(body(payload), { secret }).toString());

  it('are masked by path, in every element of an array', () => {
    const payload = { user: { password: 'a', name: 'b' }, cards: [{ number: 1 }, { number: 2 }], number: 3 };

    expect(masked(['user.password', 'cards.number'], payload)).toEqual({ user: { password: '***', name: 'b' }, cards: [{ number: '***' }, { number: '***' }], number: 3 });
  });

  it('that are not there change nothing', () => {
    expect(masked(['password', 'user.password', 'text.x'], { text: 'a' })).toEqual({ text: 'a' });
  });

  it('hide a body that cannot be read', () => {
    expect(withoutSecrets(Buffer.from('password=a'), { secret: ['password'] }).toString()).toBe('***');
  });

  it.each([5_000, 200_000])('hide a body that nests %i deep, of which nobody can say what is in it', (depth) => {
    const deep = Buffer.from(`${'['.repeat(depth)}1${']'.repeat(depth)}`);
    expect(withoutSecrets(deep, { secret: ['pin'] }).toString()).toBe('***');
  });

  it('leave the body as it is where there are none', () => {
    const original = Buffer.from('{ "text":  1 }');
    expect(withoutSecrets(original, { secret: [] })).toBe(original);
  });
});
