import { sql } from '@warren/database';
import { z } from 'zod';

/** A number that is a place in a list. */
export const placeNumber = z.number().int().nonnegative();

/** An instant as a place: in microseconds, as Postgres has it, where a Date has milliseconds. */
export const microseconds = (column: string) => sql<number>`(extract(epoch from ${sql.ref(column)}) * 1000000)::bigint`;
export const fromMicroseconds = (place: number) => sql<Date>`timestamptz 'epoch' + ${place} * interval '1 microsecond'`;
