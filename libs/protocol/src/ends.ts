import { z } from 'zod';

/** What a source is told of: the states of a journey that are its ends. Source: docs/protocol.md, Journeys. */
export const JourneyEndState = z.enum(['complete', 'dead']);
export type JourneyEndState = z.infer<typeof JourneyEndState>;

/** AMQP type of what the observer tells a source. */
export const endType = 'warren.end';

/** A journey of a source has come to an end. A dead one may yet be redriven, and come to another. */
export const JourneyEnd = z.object({
  journey: z.uuid(),
  /** The source that published its root. */
  source: z.string(),
  state: JourneyEndState,
  /** When the root was published. */
  startedAt: z.iso.datetime(),
  /** When the last consumer was done with it. */
  endedAt: z.iso.datetime(),
  /** What was given up and waits for an operator: of many the first 100. A dead letter is found by message, queue and redrive. */
  deadLetters: z.array(
    z.object({
      message: z.uuid(),
      queue: z.string(),
      redrive: z.number().int().nonnegative(),
      cause: z.object({ name: z.string(), message: z.string() }),
    }),
  ),
});
export type JourneyEnd = z.infer<typeof JourneyEnd>;
