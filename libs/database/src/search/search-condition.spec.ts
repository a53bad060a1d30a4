import { searchCondition } from './search-condition.js';
import { SearchError } from './search.error.js';

const fields = { id: 'number', journey: 'uuid', flow: 'text', foreign: 'boolean', at: 'time', payload: 'json' } as const;

function errorOf(query: string): SearchError {
  try {
    searchCondition(query, fields, []);
  } catch (error) {
    if (error instanceof SearchError) return error;
    throw error;
  }
  throw new Error(`"${query}" is no mistake.`);
}

const timeForms = 'It is written as 2026-11-20, 2026-11-20T06:00 or 2026-11-20T06:00:00.000+01:00; UTC where it names no zone.';
const ordered = "Only numbers and times, and a payload's numbers and texts without *, can be more or less.";

describe('what a field is asked', () => {
  it.each([
    ['a or flw:signal', 5, 'There is no field "flw" at column 6. There are id, journey, flow, foreign, at, payload. Put quotes around what is text.'],
    ['constructor:1', 0, 'There is no field "constructor" at column 1. There are id, journey, flow, foreign, at, payload. Put quotes around what is text.'],
    ['http://here', 0, 'There is no field "http" at column 1. There are id, journey, flow, foreign, at, payload. Put quotes around what is text.'],
    ['flow!=x', 0, 'There is no field "flow!" at column 1. There are id, journey, flow, foreign, at, payload. Put quotes around what is text.'],
    ['payload:1', 0, 'Expected a field inside "payload" at column 1. For example payload.user.id:42.'],
    ['flow.name:1', 0, 'There is nothing inside the field "flow" at column 1.'],
    ['id:abc', 3, 'Expected a number instead of "abc" at column 4.'],
    ['id>"1 2"', 3, 'Expected a number instead of "1 2" at column 4.'],
    ['id:4*', 3, 'Expected a number instead of "4*" at column 4.'],
    ['id:0x10', 3, 'Expected a number instead of "0x10" at column 4.'],
    ['id:1e5000', 3, 'Expected a number instead of "1e5000" at column 4.'],
    ['id:""', 3, 'Expected a number instead of "" at column 4.'],
    ['at>yesterday', 3, `Expected a time instead of "yesterday" at column 4. ${timeForms}`],
    ['at:2026-02-30', 3, `Expected a time instead of "2026-02-30" at column 4. ${timeForms}`],
    ['at:2026-11-20T25:00', 3, `Expected a time instead of "2026-11-20T25:00" at column 4. ${timeForms}`],
    ['at:2026-11-20T06', 3, `Expected a time instead of "2026-11-20T06" at column 4. ${timeForms}`],
    ['at:2026*', 3, `Expected a time instead of "2026*" at column 4. ${timeForms}`],
    ['at:12345', 3, `Expected a time instead of "12345" at column 4. ${timeForms}`],
    ['journey:0191', 8, 'Expected a whole id instead of "0191" at column 9. It is written as 0191f6a2-0000-7000-8000-000000000000.'],
    ['foreign:yes', 8, 'Expected true or false instead of "yes" at column 9.'],
    ['flow>x', 4, `Expected ":" instead of ">" at column 5. ${ordered}`],
    ['foreign<=true', 7, `Expected ":" instead of "<=" at column 8. ${ordered}`],
    ['payload.a>x*', 9, `Expected ":" instead of ">" at column 10. ${ordered}`],
    ['payload.a<null', 10, 'Expected a number or a text instead of "null" at column 11.'],
  ])('is refused at its place where it makes no sense: %s', (query, offset, message) => {
    expect(errorOf(query)).toMatchObject({ message, offset, line: 1, column: offset + 1 });
  });
});
