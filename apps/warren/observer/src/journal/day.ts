import { timeOfId } from '@warren/protocol';

const oneDay = 86_400_000;
/** Times further off than this are a publisher's mistake, and get no partition of their own. */
const past = 60 * oneDay;

/** A day of UTC as `2026-11-20`. */
export const dayAt = (time: number): string => new Date(time).toISOString().slice(0, 10);

/**
 * The day whose partition holds a journey's rows: that of the journey id's time, so that a copy of a message finds the first one.
 * An id without a time (a timer source's) leaves `at`, the publisher's time of the message.
 */
export function dayOf(journey: string, at: number, now: number): string {
  const time = timeOfId(journey) ?? at;
  return dayAt(time > now - past && time < now + oneDay ? time : now);
}

/** Where a message of that journey may have been put: a message that is published again around midnight has another `at`. */
export function daysOf(journey: string, at: number, now: number): string[] {
  const moments = timeOfId(journey) === undefined ? [at - oneDay, at, at + oneDay] : [at];
  return moments.map((moment) => dayOf(journey, moment, now));
}
