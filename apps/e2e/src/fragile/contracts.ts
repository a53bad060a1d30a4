import { contract, flow } from '@warren/protocol';
import { z } from 'zod';

const times = z.int().nonnegative();

/**
 * What is to become of a message. It is a part of the message, so that one consumer can do it all, and an edit can mend it.
 * A message that is redriven as often as `mended` says, or more often, is handled.
 */
export const Plan = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('well') }),
  /** Takes so many milliseconds. */
  z.object({ kind: z.literal('slow'), takes: times }),
  /** Fails so many times, then is handled. */
  z.object({ kind: z.literal('passing'), times }),
  /** As passing, and each error says itself when to try again. */
  z.object({ kind: z.literal('busy'), times, retryAfter: times }),
  /** Fails so many times, then for good. */
  z.object({ kind: z.literal('permanent'), after: times.default(0), mended: times.optional() }),
  /** Kills its process. */
  z.object({ kind: z.literal('poison'), mended: times.optional() }),
]);
export type Plan = z.output<typeof Plan>;

const Job = z.object({ n: z.int().positive(), plan: Plan });
export type Job = z.output<typeof Job>;

/** One contract for each consumer: they differ in their policies. */
export const fragile = flow('fragile', {
  listed: contract('listed', Job, { line: '{n}' }),
  growing: contract('growing', Job, { line: '{n}' }),
  /** The effect of a message, for the journal to count. */
  done: contract('done', z.object({ n: z.int().positive(), redrive: times }), { line: 'did {n}', terminal: true }),
});
