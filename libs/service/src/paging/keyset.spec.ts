import { ProblemError } from '../http/problem.errors.js';
import { z } from 'zod';
import { Keyset } from './keyset.js';

const hours = new Keyset('hours', z.tuple([z.number(), z.string()]));
const rows = ['a', 'b', 'c'].map((id, hour) => ({ id, hour }));
const page = (limit: number) => hours.page(rows, limit, ({ hour, id }) => [hour, id], ({ id }) => id.toUpperCase());

/** What a caller gets for a cursor. */
function refusalOf(cursor: string, list: { after(cursor: string): unknown } = hours): unknown {
  try {
    return list.after(cursor);
  } catch (error) {
    return error instanceof ProblemError ? [error.getStatus(), error.details.code, error.message] : error;
  }
}

describe('a list in pages', () => {
  it('begins without a cursor', () => expect(hours.after(undefined)).toBeUndefined());

  it('goes on after the last row of a page, where there are more', () => {
    const { items, next } = page(2);

    expect(items).toEqual(['A', 'B']);
    expect(hours.after(next!)).toEqual([1, 'b']);
  });

  it.each([3, 4])('ends with the page that has all the rest (%i)', (limit) => expect(page(limit)).toEqual({ items: ['A', 'B', 'C'], next: null }));

  it('has cursors that say nothing by themselves and need no escape in a URL', () => expect(page(1).next).toMatch(/^[\w-]+$/));

  it.each([
    ['', 'nothing'],
    ['%%%', 'no base64url'],
    [Buffer.from('["hours"').toString('base64url'), 'no JSON'],
    [Buffer.from('["hours",[1]]').toString('base64url'), 'half a place'],
    [Buffer.from('["hours",["1","a"]]').toString('base64url'), 'a place of another shape'],
    [Buffer.from('["days",[1,"a"]]').toString('base64url'), "another list's"],
    [Buffer.from('{"0":"hours"}').toString('base64url'), 'an object'],
  ])('refuses the cursor "%s": %s', (cursor) => {
    expect(refusalOf(cursor)).toEqual([400, 'wrong-cursor', 'This cursor is not one that the list of hours gave: leave it out to begin at the first page.']);
  });
});
