import { setTimeout as delay } from 'node:timers/promises';
import { type Target } from '../targets/target.js';
import { type TargetsStore } from '../targets/targets.store.js';

/** Milliseconds that a message waits in hand for its turn; what would wait longer waits in the broker. */
const most = 2_000;

/** Waits for the turn that a rate limit gives, in step with all instances. @returns undefined, at once, where it is too far away. */
export async function pace(store: Pick<TargetsStore, 'reserve'>, target: string, { requests, per }: NonNullable<Target['rateLimit']>): Promise<number | undefined> {
  const wait = await store.reserve(target, per / requests, most);
  if (wait !== undefined && wait > 0) await delay(wait);
  return wait;
}
