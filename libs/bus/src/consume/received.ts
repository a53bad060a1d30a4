import type { Contract, Draft, PayloadOf } from '@warren/protocol';

/** A message as its handler gets it. */
export interface Received<C extends Contract = Contract> {
  /** UUID; the same at every attempt. */
  id: string;
  journey: string;
  run: number | undefined;
  /** From 1. */
  attempt: number;
  /** From 0. */
  redrive: number;
  /** When it was published, milliseconds since the epoch; undefined for a foreign publisher's. */
  at: number | undefined;
  /** True when it was not published by Warren: its id is this instance's, and new at each delivery. */
  foreign: boolean;
  /** The queue that it came from: a method that is attached to several knows by it which one it is for. */
  queue: string;
  payload: PayloadOf<C>;
}

/**
 * What the handler of a consumer with an inbox gives back: what it wants stored, as a function of the transaction that stores it, which gives the children.
 * It is typed for the service's own tables: `(transaction: Transaction<Tables>) => …`.
 */
// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- as with Children
export type Effects = ((transaction: never) => Children | Promise<Children>) | undefined | void;

/** What a handler gives back: the children of its message. Nothing ends the branch. */
// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- a method without a return statement is a handler too
export type Children = Draft | readonly Draft[] | undefined | void;
