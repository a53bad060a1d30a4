import { z } from 'zod';
import { Rate, Selection, Steer } from './operations.js';
import { JourneySelection } from './replays.js';

/**
 * What an operator asks of the observer, which owns journal and dead letters. Gateway to observer through the queue of names.requests, confirmed and
 * mandatory. The observer answers by a row of its view `answers`, in the transaction that does it; a request whose id has an answer already changes nothing.
 */
const asked = {
  /** UUID; an operation that it starts has the same. */
  id: z.uuid(),
  /** Who asks: a key's name, or `anonymous` on loopback. */
  by: z.string(),
};

export const ObserverRequest = z.discriminatedUnion('kind', [
  z.object({ ...asked, kind: z.literal('redrive'), selection: Selection, rate: Rate.optional() }),
  z.object({ ...asked, kind: z.literal('discard'), selection: Selection, rate: Rate.optional() }),
  /** `origin`: where those are redriven to that do not say themselves where they died. */
  z.object({ ...asked, kind: z.literal('adopt'), queue: z.string().min(1).max(255), origin: z.string().min(1).max(255).optional(), rate: Rate.optional() }),
  z.object({ ...asked, kind: z.literal('replay'), selection: JourneySelection, rate: Rate.optional() }),
  z.object({ ...asked, kind: z.literal('steer'), operation: z.uuid(), steer: Steer }),
  /** The payload was checked against the announced schema. */
  z.object({ ...asked, kind: z.literal('edit'), deadLetter: z.number().int().nonnegative(), payload: z.unknown() }),
  z.object({ ...asked, kind: z.literal('note'), group: z.string(), text: z.string().min(1).max(4_000) }),
]);
export type ObserverRequest = z.infer<typeof ObserverRequest>;

/** A refusal as the gateway answers it. Null: done. */
export const Refusal = z.object({ status: z.number().int(), code: z.string(), detail: z.string() });
export type Refusal = z.infer<typeof Refusal>;
