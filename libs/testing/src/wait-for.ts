import { setTimeout as delay } from 'node:timers/promises';

export interface WaitOptions {
  /** Milliseconds until it gives up. Default 10,000. */
  timeout?: number;
  /** Milliseconds between two looks. Default 25. */
  interval?: number;
  /** What is waited for, for the error; a function is asked when it failed. */
  what?: string | (() => string);
}

/**
 * Looks again and again until `check` gives something that is not false, null or undefined, and gives that back. A throw counts as "not yet".
 * @throws at the timeout, with the last reason.
 */
export async function waitFor<T>(check: () => T | Promise<T>, options: WaitOptions = {}): Promise<NonNullable<Exclude<T, false>>> {
  const { timeout = 10_000, interval = 25, what = 'what was waited for' } = options;
  const deadline = Date.now() + timeout;
  for (;;) {
    const look = await attempt(check);
    if ('found' in look) return look.found;
    if (Date.now() >= deadline) throw new Error(`Within ${timeout} ms ${typeof what === 'string' ? what : what()} did not happen: ${look.reason}`, { cause: look.cause });
    await delay(interval);
  }
}

type Look<T> = { found: NonNullable<Exclude<T, false>> } | { reason: string; cause?: unknown };

async function attempt<T>(check: () => T | Promise<T>): Promise<Look<T>> {
  try {
    const value = await check();
    if (value === false || value === undefined || value === null) return { reason: `the check gave ${String(value)}` };
    return { found: value as NonNullable<Exclude<T, false>> };
  } catch (cause) {
    return { reason: cause instanceof Error ? cause.message : String(cause), cause };
  }
}
