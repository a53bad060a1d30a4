import { longestDelay } from '../targets/durations.js';

/** The three forms of an HTTP-date: IMF-fixdate, RFC 850, asctime. Source: RFC 9110, 5.6.7. */
const dates = [/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} [\d:]{8} GMT$/, /^[A-Z][a-z]+, \d{2}-[A-Z][a-z]{2}-\d{2} [\d:]{8} GMT$/];
const asctime = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d [\d:]{8} \d{4}$/;

/**
 * Milliseconds from now that a Retry-After asks for, at most what the bus can wait; undefined where there is none, or none that can be read.
 * Source: RFC 9110, 10.2.3.
 */
export function retryAfterOf(header: string | readonly string[] | undefined, now = Date.now()): number | undefined {
  const value = (typeof header === 'string' ? header : header?.[0])?.trim();
  if (!value) return undefined;
  const wait = /^\d+$/.test(value) ? Number(value) * 1_000 : timeOf(value) - now;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), longestDelay);
}

function timeOf(value: string): number {
  if (asctime.test(value)) return Date.parse(`${value} GMT`);
  return dates.some((form) => form.test(value)) ? Date.parse(value) : NaN;
}
