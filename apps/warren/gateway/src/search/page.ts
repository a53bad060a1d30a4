import { type RawBuilder, sql } from '@warren/database';
import { z } from 'zod';
import { fromMicroseconds, placeNumber } from '../paging/places.js';

/** Where a row stands in the journal: its time in microseconds, its seq. Time has the order of seq, and the indexes. */
export const Place = z.tuple([placeNumber, placeNumber]);
export type Place = z.infer<typeof Place>;

export interface Placed {
  place: number;
  seq: number;
}

export const placeOf = ({ place, seq }: Placed): Place => [place, seq];

/** The newest first, from a place on: one more than the limit, where there are more. */
export function pageOf(rows: RawBuilder<unknown>, condition: RawBuilder<boolean>, after: Place | undefined, limit: number): RawBuilder<unknown> {
  const later = after ? sql`and (at, seq) < (${fromMicroseconds(after[0])}, ${after[1]})` : sql``;
  return sql`
    select *, (extract(epoch from at) * 1000000)::bigint as place
    from (${rows}) found where ${condition} ${later} order by at desc, seq desc limit ${limit + 1}`;
}
