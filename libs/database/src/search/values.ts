import { z } from 'zod';
import { SearchError } from './search.error.js';
import { type Text } from './parse.js';

const mostBigint = 2n ** 63n - 1n;

/** JSON's numbers (RFC 8259, section 6) as far as Postgres' numeric can hold them. */
export const isNumber = (text: string): boolean => /^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d{1,3})?$/i.test(text);

/** A number, and as which type Postgres is to take it: an index on whole numbers is not used for numeric. */
export function numberOf(value: Text): { text: string; type: 'bigint' | 'numeric' } {
  const text = only(value);
  if (!isNumber(text)) throw wrong(value, 'a number');
  const whole = /^-?\d+$/.test(text) && BigInt(text) <= mostBigint && BigInt(text) >= -mostBigint;
  return { text, type: whole ? 'bigint' : 'numeric' };
}

export function uuidOf(value: Text): string {
  const { data } = z.guid().safeParse(only(value));
  if (data === undefined) throw wrong(value, 'a whole id', 'It is written as 0191f6a2-0000-7000-8000-000000000000.');
  return data;
}

export function booleanOf(value: Text): boolean {
  const text = only(value);
  if (text !== 'true' && text !== 'false') throw wrong(value, 'true or false');
  return text === 'true';
}

/** What a time stands for: from an instant until before another. */
export interface Span {
  from: Date;
  until: Date;
}

const day = 86_400_000;
/** RFC 3339, section 5.6; seconds and zone may be left out. */
const form = /^(?<date>\d{4}-\d\d-\d\d)(?<time>T([01]\d|2[0-3]):[0-5]\d(?<seconds>:[0-5]\d(?<fraction>\.\d+)?)?(?<zone>Z|[+-]([01]\d|2[0-3]):[0-5]\d)?)?$/;

/** A day, a minute, a second or a part of one, in UTC where it names no zone. */
export function spanOf(value: Text): Span {
  const text = only(value);
  const { date, time, seconds, fraction, zone } = form.exec(text)?.groups ?? {};
  if (!z.iso.date().safeParse(date).success) {
    throw wrong(value, 'a time', 'It is written as 2026-11-20, 2026-11-20T06:00 or 2026-11-20T06:00:00.000+01:00; UTC where it names no zone.');
  }
  const from = Date.parse(time && !zone ? `${text}Z` : text);
  const length = fraction ? Math.max(1, 10 ** (4 - fraction.length)) : seconds ? 1_000 : time ? 60_000 : day;
  return { from: new Date(from), until: new Date(from + length) };
}

/** Its text where it has no star; else nothing that one of these could be. */
const only = ({ parts }: Text): string => (parts.length === 1 ? (parts[0] ?? '') : '*');

function wrong({ source, quoted, place }: Text, kind: string, advice?: string): SearchError {
  return new SearchError(`Expected ${kind} instead of ${quoted ? source : `"${source}"`}`, place, advice);
}
