import { derivedId } from '@warren/protocol';
import { dayOf, daysOf } from './day.js';

const now = Date.parse('2026-11-20T12:00:00Z');
const hour = 3_600_000;
/** A UUID v7 of that moment. */
const journeyAt = (time: number): string => {
  const hex = time.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
};
const timeless = derivedId('tick', 1);

describe('the day of a journey', () => {
  it('is that of its id, whenever the message was published', () => {
    const journey = journeyAt(now - 48 * hour);
    expect([dayOf(journey, now, now), daysOf(journey, now, now)]).toEqual(['2026-11-18', ['2026-11-18']]);
  });

  it('is that of the message where the id has no time, and the next ones are asked too', () => {
    expect([dayOf(timeless, now - 13 * hour, now), daysOf(timeless, now - 13 * hour, now)]).toEqual(['2026-11-19', ['2026-11-18', '2026-11-19', '2026-11-20']]);
  });

  it.each([['years ago', journeyAt(0)], ['in the far future', journeyAt(now + 9999 * hour)]])('is today for an id from %s', (_, journey) => {
    expect(dayOf(journey, now, now)).toBe('2026-11-20');
  });
});
