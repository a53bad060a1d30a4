import { parse, type Expression } from './parse.js';
import { SearchError } from './search.error.js';

/** The structure alone: `(a & !(b | c))`. */
function shape(expression: Expression): string {
  switch (expression.kind) {
    case 'text':
      return expression.text.parts.join('*');
    case 'comparison':
      return [expression.field.name, ...expression.field.path].join('/') + expression.sign.sign + expression.value.parts.join('*');
    case 'not':
      return `!${shape(expression.part)}`;
    default:
      return `(${expression.parts.map(shape).join(expression.kind === 'and' ? ' & ' : ' | ')})`;
  }
}

function errorOf(query: string): SearchError {
  try {
    parse(query);
  } catch (error) {
    if (error instanceof SearchError) return error;
    throw error;
  }
  throw new Error(`"${query}" is no mistake.`);
}

describe('a query', () => {
  it.each([
    ['a', 'a'],
    ['a b c', '(a & b & c)'],
    ['a and b', '(a & b)'],
    ['a or b or c', '(a | b | c)'],
    ['a or b and c', '(a | (b & c))'],
    ['a b or c d', '((a & b) | (c & d))'],
    ['not a and b', '(!a & b)'],
    ['not a b', '(!a & b)'],
    ['a not b', '(a & !b)'],
    ['a and not b or not c', '((a & !b) | !c)'],
    ['not (a or b)', '!(a | b)'],
    ['not(a or b)', '!(a | b)'],
    ['not not a', 'a'],
    ['not not not a', '!a'],
    ['(a or b) c', '((a | b) & c)'],
    ['(a)(b)', '(a & b)'],
    ['((a))', 'a'],
    ['A AND b Or NOT c', '((A & b) | !c)'],
    ['  a\n\tand\r\n b  ', '(a & b)'],
    ['', '()'],
    [' \n ', '()'],
  ])('%j means %s: not binds closer than and, and than or', (query, expected) => {
    expect(shape(parse(query))).toBe(expected);
  });

  it.each([
    ['android orange nothing', '(android & orange & nothing)'],
    ['"and" "or" "not"', '(and & or & not)'],
    ['flow:and flow:or', '(flow:and & flow:or)'],
    ['not:5', 'not:5'],
  ])('%j holds no words of the language', (query, expected) => {
    expect(shape(parse(query))).toBe(expected);
  });

  it.each([
    ['flow:signal', 'flow:signal'],
    ['flow=signal', 'flow:signal'],
    ['at>=2026-11-20T06:00:00.5+01:00', 'at>=2026-11-20T06:00:00.5+01:00'],
    ['a<1 b>2 c<=3', '(a<1 & b>2 & c<=3)'],
    ['contract:signal.original@1', 'contract:signal.original@1'],
    ['queue:a/b-c_d', 'queue:a/b-c_d'],
    ['size:-1', 'size:-1'],
    ['line:a=b>c', 'line:a=b>c'],
    ['(flow:a)', 'flow:a'],
    ['payload.user.id:42', 'payload/user/id:42'],
    ['payload."a b"."c.d":1', 'payload/a b/c.d:1'],
    ['payload."":1', 'payload/:1'],
    ['payload."say \\"hi\\"":1', 'payload/say "hi":1'],
    ['payload.größe-in@m²:1', 'payload/größe-in@m²:1'],
    ['signal.imed', 'signal.imed'],
    ['done.', 'done.'],
    ['-x', '-x'],
  ])('%j is read as %s', (query, expected) => {
    expect(shape(parse(query))).toBe(expected);
  });

  it.each([
    ['"free text"', ['free text']],
    ['"a \\"b\\" c"', ['a "b" c']],
    ['"C:\\\\x"', ['C:\\x']],
    ['"C:\\x"', ['C:\\x']],
    ['"a:b (c) > d"', ['a:b (c) > d']],
    ['"line\nbreak"', ['line\nbreak']],
    ['ab*c', ['ab', 'c']],
    ['"a b*"', ['a b', '']],
    ['*', ['', '']],
    ['2\\*3', ['2*3']],
    ['"2\\*3"', ['2*3']],
    ['\ud83d\ude00', ['\ud83d\ude00']],
    ['half\ud83d', ['half\ufffd']],
  ])('has in %j the text %j', (query, parts) => {
    expect(parse(query)).toMatchObject({ kind: 'text', text: { parts } });
  });

  it('may have 2,000 characters and 50 parentheses in one another', () => {
    expect(shape(parse('a'.repeat(2_000)))).toBe('a'.repeat(2_000));
    expect(shape(parse(`${'('.repeat(50)}a${')'.repeat(50)}`))).toBe('a');
    expect(shape(parse(`${'(a) '.repeat(499)}b`))).toMatch(/^\(a & a & .* & b\)$/);
    expect(shape(parse(`${'not '.repeat(499)}a`))).toBe('!a');
  });

  it('is read in time that grows with its length alone', () => {
    const started = performance.now();
    for (const query of ['(a '.repeat(50), `${'(a or not '.repeat(50)}:`, '"'.repeat(1_999), 'a.'.repeat(1_000), '\\'.repeat(2_000), 'payload.'.repeat(249)]) {
      try {
        parse(query);
      } catch (error) {
        expect(error).toBeInstanceOf(SearchError);
      }
    }
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe('a mistake in a query', () => {
  it.each([
    ['flow:', 5, 'Expected a value after "flow:" at column 6.'],
    ['flow: signal', 5, 'Expected a value after "flow:" at column 6.'],
    ['a at>=)', 6, 'Expected a value after "at>=" at column 7.'],
    ['at:>5', 3, 'Expected a value after "at:" at column 4.'],
    ['payload."a b".c:', 16, 'Expected a value after "payload."a b".c:" at column 17.'],
    [':signal', 0, 'Expected the name of a field before ":" at column 1.'],
    ['flow :signal', 5, 'Expected the name of a field before ":" at column 6.'],
    ['"flow":signal', 6, 'Expected the name of a field before ":" at column 7.'],
    ['>= 5', 0, 'Expected the name of a field before ">=" at column 1.'],
    ['payload.:1', 0, 'Expected a name after each "." of the field at column 1.'],
    ['x payload..a:1', 2, 'Expected a name after each "." of the field at column 3.'],
    ['(a', 0, 'Expected a closing ")" for the one at column 1.'],
    ['a (b (c) ', 2, 'Expected a closing ")" for the one at column 3.'],
    ['a)', 1, 'Nothing is open that a ")" could close at column 2.'],
    ['(a))', 3, 'Nothing is open that a ")" could close at column 4.'],
    ['()', 1, 'Expected something to search for after "(" at column 2.'],
    ['(or a)', 1, 'Expected something to search for after "(" at column 2.'],
    ['a and', 5, 'Expected something to search for after "and" at column 6.'],
    ['a and or b', 6, 'Expected something to search for after "and" at column 7.'],
    ['a OR ', 5, 'Expected something to search for after "OR" at column 6.'],
    ['or a', 0, 'Expected something to search for before "or" at column 1.'],
    ['and', 0, 'Expected something to search for before "and" at column 1.'],
    ['not', 3, 'Expected something to search for after "not" at column 4.'],
    ['a not and b', 6, 'Expected something to search for after "not" at column 7.'],
    ['"abc', 0, 'Expected a closing quote for the one at column 1.'],
    ['flow:"abc\\"', 5, 'Expected a closing quote for the one at column 6.'],
    ['payload."a:1', 8, 'Expected a closing quote for the one at column 9.'],
    ['flow:"a"b', 8, 'Expected a space at column 9.'],
    ['a"b"', 1, 'Expected a space at column 2.'],
    ['a\0b', 1, 'Nothing can have the character NUL, which is at column 2.'],
  ])('%j is told at its place', (query, offset, message) => {
    expect(errorOf(query)).toMatchObject({ name: 'SearchError', message, offset, line: 1, column: offset + 1 });
  });

  it('has a line too, where the query has several', () => {
    expect(errorOf('flow:a\nand (\n b or c')).toMatchObject({ message: 'Expected a closing ")" for the one at line 2, column 5.', offset: 11, line: 2, column: 5 });
    expect(errorOf('a\nb\0')).toMatchObject({ offset: 3, line: 2, column: 2 });
  });

  it('can be its length or its depth', () => {
    expect(errorOf('a'.repeat(2_001))).toMatchObject({ message: 'A query has at most 2000 characters, and this one goes on at column 2001.', offset: 2_000 });
    const tooDeep = { message: 'Expected at most 50 parentheses in one another, and one more opens at column 51.', offset: 50 };
    expect(errorOf(`${'('.repeat(51)}a${')'.repeat(51)}`)).toMatchObject(tooDeep);
    expect(errorOf('('.repeat(2_000))).toMatchObject(tooDeep);
  });
});
