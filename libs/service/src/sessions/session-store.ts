import { type Store } from 'express-session';

/** How long a session lives without a request, in milliseconds. */
export const idleLife = 60_000;

/** Where sessions are kept: a store of express-session, and what it does not offer. */
export interface SessionStore {
  readonly store: Store;
  /** How many sessions have not expired, without a look at each. */
  count(): Promise<number>;
  close(): Promise<void>;
}
