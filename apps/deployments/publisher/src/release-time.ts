import { deployments } from '@warren/contracts';
import { InvalidArgumentError } from 'commander';

/** Date; hours, minutes and, where given, seconds with their fraction; zone as Z, +02, +0200 or +02:00. Source: ISO 8601-1, the extended format. */
const pattern = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d(?:\.\d+)?)? ?(?:(Z)|([+-]\d\d)(?::?(\d\d))?)?)?$/;

const { datetime } = deployments.released.info.schema.shape;

/**
 * The time of a release as its contract has it: ISO 8601 with a zone, the one that is given or else UTC.
 * `YYYY-MM-DD HH:MM:SS` (a blank for the T, as SQL and `git log` write it) and a date alone, midnight, are taken too.
 * @throws InvalidArgumentError for another form, and for a date or an hour that is none.
 */
export function releaseTime(text: string): string {
  const [, date, time = '00:00', seconds = ':00', utc = '', hours = '', minutes = '00'] = pattern.exec(text.trim()) ?? [];
  if (date === undefined) throw new InvalidArgumentError('It is YYYY-MM-DD HH:MM:SS (UTC) or ISO 8601, for example 2026-11-26T10:00:00+01:00.');
  const zone = utc || (hours && `${hours}:${minutes}`) || 'Z';
  const parsed = datetime.safeParse(`${date}T${time}${seconds}${zone}`);
  if (!parsed.success) throw new InvalidArgumentError('There is no such date, time or zone.');
  return parsed.data;
}
