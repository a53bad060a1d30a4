import { DeadlineError, PayloadError, PermanentError, PostponeError, RetryAfterError } from '../bus.errors.js';
import { longestDelay, shortestDelay } from './bands.js';

/** What becomes of a message whose handler failed. */
export interface Policy {
  /** Attempts in all, the first included. */
  attempts: number;
  /** Milliseconds before the second attempt, the third, …; the last one repeats. */
  delays: readonly number[];
  /** Errors that trying again does not mend. */
  permanent?: (error: unknown) => boolean;
  /** Milliseconds after the publish, or after a redrive: no attempt begins later. */
  deadline?: number;
}

/** A policy as a consumer declares it; what it leaves out is as in defaultPolicy. */
export type PolicyOptions = Partial<Omit<Policy, 'delays'> & { delays: readonly number[] | Exponential }>;

/** Delays that grow by a factor. Made by exponential(). */
export interface Exponential {
  first: number;
  factor: number;
  most: number;
}

/** Delays of `first` ms, then each `factor` times the one before, up to `most`. */
export const exponential = ({ first, factor = 2, most }: { first: number; factor?: number; most: number }): Exponential => ({ first, factor, most });

export const defaultPolicy: Policy = { attempts: 5, delays: [1_000, 5_000, 30_000, 120_000] };
/** Delays are a list of them in the announcement. */
const mostAttempts = 1_000;

/** `counted`: what comes back is the next attempt; else it is the same one again. */
export type Disposition = { kind: 'retry'; delay: number; counted: boolean } | { kind: 'dead' };

/** A message as its policy sees it: how often it was tried, and when it was published, where that is known. */
export interface Tried {
  attempt: number;
  at: number | undefined;
}

/** Decides what becomes of a failed message: the only place that does. */
export function dispositionOf(error: unknown, { attempt, at }: Tried, policy: Policy, now = Date.now()): Disposition {
  const counted = !(error instanceof PostponeError);
  if (counted && (attempt >= policy.attempts || isPermanent(error, policy))) return { kind: 'dead' };
  const asked = (error instanceof RetryAfterError || error instanceof PostponeError) && error.delay >= 0 ? error.delay : undefined;
  const delay = asked ?? policy.delays[Math.min(attempt, policy.delays.length) - 1] ?? 0;
  return isTooLate(now + delay, at ?? now, policy) ? { kind: 'dead' } : { kind: 'retry', delay, counted };
}

/** @throws DeadlineError when no attempt may begin any more. */
export function checkDeadline({ at }: Pick<Tried, 'at'>, policy: Policy, now = Date.now()): void {
  if (isTooLate(now, at ?? now, policy)) throw new DeadlineError(policy.deadline ?? 0);
}

const isTooLate = (begin: number, at: number, { deadline = Infinity }: Policy): boolean => begin > at + deadline;

function isPermanent(error: unknown, { permanent }: Policy): boolean {
  if (error instanceof PermanentError || error instanceof PayloadError) return true;
  try {
    return permanent?.(error) === true;
  } catch {
    return false; // the policy did not expect such an error: its attempts decide
  }
}

/** Fills in what is left out and expands what grows. @throws Error, in a few words, when the policy cannot work. */
export function checkedPolicy({ attempts = defaultPolicy.attempts, delays = defaultPolicy.delays, deadline, permanent }: PolicyOptions = {}): Policy {
  if (!Number.isInteger(attempts) || attempts < 1 || attempts > mostAttempts) throw new Error(`attempts must be 1 to ${mostAttempts}, not ${attempts}`);
  if (deadline !== undefined && !(deadline >= 1)) throw new Error(`deadline must be 1 ms or more, not ${deadline}`);
  const list = 'first' in delays ? expanded(delays, attempts - 1) : delays;
  const wrong = list.findIndex((delay) => !(delay >= shortestDelay && delay <= longestDelay));
  if (wrong >= 0) throw new Error(`delay ${wrong + 1} must be ${shortestDelay} ms to ${longestDelay} ms (19 days), not ${list[wrong] ?? ''}`);
  return { attempts, delays: list, deadline, permanent };
}

function expanded({ first, factor, most }: Exponential, count: number): number[] {
  if (!(factor >= 1)) throw new Error(`the factor of exponential delays must be 1 or more, not ${factor}`);
  if (!(most >= first)) throw new Error(`exponential delays must end at their first, ${first} ms, or above, not at ${most}`);
  return Array.from({ length: Math.max(count, 1) }, (_, n) => Math.min(Math.round(first * factor ** n), most));
}
