import { ProblemError } from '../http/problem.errors.js';
import { z } from 'zod';

export interface Page<T> {
  items: T[];
  /** The cursor of the next page, null on the last. */
  next: string | null;
}

/** A list that is read in pages, each from where the one before ended. Its cursors are opaque to callers, and good for no other list. */
export class Keyset<Place> {
  /** @param place what a row is found by in the list's order */
  constructor(
    private readonly list: string,
    private readonly place: z.ZodType<Place>,
  ) {}

  /** The place that a page comes after; undefined for the first page. @throws ProblemError 400 for a cursor that this list has not given */
  after(cursor: string | undefined): Place | undefined {
    if (cursor === undefined) return undefined;
    const read = z.tuple([z.literal(this.list), this.place]).safeParse(jsonOf(Buffer.from(cursor, 'base64url').toString()));
    if (!read.success) throw wrongCursor(this.list);
    return read.data[1];
  }

  /** Makes a page of the rows that were read: one more than the limit, where there are more. */
  page<Row, T>(rows: readonly Row[], limit: number, placeOf: (row: Row) => Place, shown: (row: Row) => T): Page<T> {
    const last = rows.length > limit ? rows[limit - 1] : undefined;
    const next = last === undefined ? null : Buffer.from(JSON.stringify([this.list, placeOf(last)])).toString('base64url');
    return { items: rows.slice(0, limit).map(shown), next };
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const wrongCursor = (list: string) =>
  new ProblemError(400, { code: 'wrong-cursor', detail: `This cursor is not one that the list of ${list} gave: leave it out to begin at the first page.` });
