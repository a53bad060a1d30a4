import { z } from 'zod';
import { defaultDeadline, JourneyState } from './journeys.js';

const count = z.number().int().nonnegative();
const instant = z.iso.datetime();
const millis = z.number().nonnegative().describe('milliseconds');

/** What a search of messages may name, and of which kind it is. Times are those of the journal unless they say otherwise, latencies are in milliseconds. */
export const messageFields = {
  id: 'uuid', journey: 'uuid', parent: 'uuid', flow: 'text', topic: 'text', contract: 'text', service: 'text', run: 'number', foreign: 'boolean', differs: 'boolean',
  at: 'time', published: 'time', latency: 'number', size: 'number', line: 'text', payload: 'json',
} as const; // prettier-ignore

/** What a search of journeys may name: most of it is of their roots, `id` and `journey` are the same. */
export const journeyFields = {
  id: 'uuid', journey: 'uuid', flow: 'text', topic: 'text', contract: 'text', service: 'text', run: 'number', foreign: 'boolean',
  at: 'time', published: 'time', state: 'text', latency: 'number', size: 'number', line: 'text', payload: 'json',
} as const; // prettier-ignore

/** Fields of the consumers that took the message, or any message of the journey: what an `and` says of them it says of one. */
export const hopFields = { queue: 'text', consumer: 'text', instance: 'text', outcome: 'text', attempt: 'number', error: 'text' } as const;

/** What a search of journeys goes by: the gateway's, and the observer's of those that are to be replayed. */
export const journeyTerms = { root: journeyFields, hop: hopFields, deadline: defaultDeadline } as const;

/** What a word without a field is looked for in. */
export const searchedText = ['line'] as const;

/** What became of a message at one consumer. */
export const FoundHop = z
  .object({
    queue: z.string(),
    consumer: z.string(),
    outcome: z.enum(['open', 'retried', 'handled', 'dead', 'discarded']),
    attempt: count,
    instance: z.string().nullable(),
    /** From the publish to the end of its last attempt; null: it has not ended. */
    latency: millis.nullable(),
  })
  .meta({ id: 'FoundHop' });
export type FoundHop = z.infer<typeof FoundHop>;

export const FoundMessage = z
  .object({
    id: z.uuid(),
    journey: z.uuid(),
    parent: z.uuid().nullable(),
    flow: z.string(),
    topic: z.string(),
    contract: z.string().nullable(),
    service: z.string().nullable(),
    run: count,
    foreign: z.boolean(),
    differs: z.boolean(),
    /** When it was journalled. */
    at: instant,
    /** By its publisher's clock. */
    publishedAt: instant.nullable(),
    size: count,
    /** What it says, on one line, secrets masked. */
    line: z.string(),
    hops: z.array(FoundHop),
  })
  .meta({ id: 'FoundMessage' });
export type FoundMessage = z.infer<typeof FoundMessage>;
export const FoundMessages = z.object({ items: z.array(FoundMessage), next: z.string().nullable() }).meta({ id: 'FoundMessages' });
export type FoundMessages = z.infer<typeof FoundMessages>;

export const FoundJourney = z
  .object({
    /** That of its root. */
    id: z.uuid(),
    state: JourneyState,
    flow: z.string(),
    topic: z.string(),
    contract: z.string().nullable(),
    service: z.string().nullable(),
    run: count,
    foreign: z.boolean(),
    at: instant,
    publishedAt: instant.nullable(),
    size: count,
    /** What its root says. */
    line: z.string(),
    /** From the publish of its root to the end of its last hop; null: it has not ended, or had none. */
    latency: millis.nullable(),
  })
  .meta({ id: 'FoundJourney' });
export type FoundJourney = z.infer<typeof FoundJourney>;
export const FoundJourneys = z.object({ items: z.array(FoundJourney), next: z.string().nullable() }).meta({ id: 'FoundJourneys' });
export type FoundJourneys = z.infer<typeof FoundJourneys>;
