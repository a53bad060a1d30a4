import { PayloadError, PermanentError, RetryAfterError } from '../bus.errors.js';

/** What becomes of a message whose handler failed. */
export interface Policy {
  /** Attempts in all, the first included. */
  attempts: number;
  /** Milliseconds before the second attempt, the third, …; the last one repeats. */
  delays: readonly number[];
  /** Errors that trying again does not mend. */
  permanent?: (error: unknown) => boolean;
}

export const defaultPolicy: Policy = { attempts: 5, delays: [1_000, 5_000, 30_000, 120_000] };

export type Disposition = { kind: 'retry'; delay: number } | { kind: 'dead' };

/** Decides what becomes of a failed message: the only place that does. */
export function dispositionOf(error: unknown, attempt: number, policy: Policy): Disposition {
  if (attempt >= policy.attempts || isPermanent(error, policy)) return { kind: 'dead' };
  if (error instanceof RetryAfterError && error.delay >= 0) return { kind: 'retry', delay: error.delay };
  return { kind: 'retry', delay: policy.delays[Math.min(attempt, policy.delays.length) - 1] ?? 0 };
}

function isPermanent(error: unknown, { permanent }: Policy): boolean {
  if (error instanceof PermanentError || error instanceof PayloadError) return true;
  try {
    return permanent?.(error) === true;
  } catch {
    return false; // the policy did not expect such an error: its attempts decide
  }
}

/** @throws Error when the policy cannot work. */
export function checkedPolicy(policy: Partial<Policy> = {}): Policy {
  const whole = { ...defaultPolicy, ...policy };
  if (!Number.isInteger(whole.attempts) || whole.attempts < 1) throw new Error(`attempts must be 1 or more, not ${whole.attempts}`);
  const wrong = whole.delays.find((delay) => !(delay >= 0));
  if (wrong !== undefined) throw new Error(`a delay must be 0 ms or more, not ${wrong}`);
  return whole;
}
