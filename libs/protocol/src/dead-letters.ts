import { z } from 'zod';

/** Shapes of /api/v1/dead-letters. The gateway makes its DTOs from them; the CLI and the console read with them. */
const count = z.number().int().nonnegative();
const instant = z.iso.datetime();

/** Why a message was given up. */
export const Cause = z
  .object({
    /** The error's class. */
    name: z.string(),
    message: z.string(),
    /** The error's stack without what differs from one machine or release to the next. */
    stack: z.string().optional(),
  })
  .meta({ id: 'Cause' });
export type Cause = z.infer<typeof Cause>;

/**
 * dead: waits for an operator. redriving: claimed by a redrive, on its way to its queue. redriven: there, not yet at an end.
 * handled, dead-again: how its redrive ended; what is dead again is a dead letter of its own, with a higher redrive number. discarded: by an operator.
 */
export const DeadLetterState = z.enum(['dead', 'redriving', 'redriven', 'handled', 'dead-again', 'discarded']);
export type DeadLetterState = z.infer<typeof DeadLetterState>;

/** A message that its consumer gave up. One for each (message, queue, redrive). */
export const DeadLetter = z
  .object({
    id: count,
    message: z.uuid(),
    journey: z.uuid(),
    flow: z.string(),
    /** Where it died, and where a redrive puts it. */
    queue: z.string(),
    consumer: z.string(),
    /** AMQP type: `<flow>.<contract>@<version>`; null where it came without. */
    contract: z.string().nullable(),
    /** Its publisher; null where it did not say. */
    service: z.string().nullable(),
    /** It was not published by Warren. */
    foreign: z.boolean(),
    /** How often it had been redriven before it died here. */
    redrive: count,
    /** Attempts made. */
    attempt: count,
    state: DeadLetterState,
    /** Id of its group. */
    group: z.string(),
    cause: Cause,
    /** When it was stored. */
    at: instant,
    /** Bytes of the body. */
    size: count,
    /** One line that shows what it says, secrets masked. */
    line: z.string(),
    /** An operator has changed the payload. */
    edited: z.boolean(),
    /** The operation that claimed it last; null: none. */
    operation: z.uuid().nullable(),
    /** Why that operation could do nothing for it; null: it could, or there was none. */
    refusal: z.string().nullable(),
  })
  .meta({ id: 'DeadLetter' });
export type DeadLetter = z.infer<typeof DeadLetter>;

/** One try at handling a message. */
export const Attempt = z
  .object({
    redrive: count,
    /** From 1, anew after each redrive. */
    attempt: count,
    outcome: z.enum(['handled', 'retried', 'dead']),
    service: z.string(),
    instance: z.string(),
    startedAt: instant,
    finishedAt: instant,
    error: z.object({ name: z.string(), message: z.string() }).nullable(),
    /** When the next one was due. */
    retryAt: instant.nullable(),
  })
  .meta({ id: 'Attempt' });
export type Attempt = z.infer<typeof Attempt>;

/** One message at one consumer, as the journal has it. */
export const Hop = z
  .object({
    queue: z.string(),
    consumer: z.string(),
    outcome: z.enum(['open', 'retried', 'handled', 'dead', 'discarded']),
    attempt: count,
    redrive: count,
    instance: z.string().nullable(),
    startedAt: instant.nullable(),
    finishedAt: instant.nullable(),
    children: count,
  })
  .meta({ id: 'Hop' });
export type Hop = z.infer<typeof Hop>;

/** One dead letter in full. Fields that its contract marks secret are masked. */
export const DeadLetterDetail = DeadLetter.extend({
  headers: z.record(z.string(), z.unknown()),
  contentType: z.string().nullable(),
  /** The body as JSON; absent where it is none or is longer than what is shown. */
  payload: z.unknown().optional(),
  /** The beginning of a body that is no JSON or is too long to be shown whole. */
  text: z.string().optional(),
  attempts: z.array(Attempt),
  /** Of the message, at all its consumers. */
  hops: z.array(Hop),
}).meta({ id: 'DeadLetterDetail' });
export type DeadLetterDetail = z.infer<typeof DeadLetterDetail>;

/** `next`: the cursor of the next page, null on the last. */
export const DeadLetters = z.object({ items: z.array(DeadLetter), next: z.string().nullable() }).meta({ id: 'DeadLetters' });
export type DeadLetters = z.infer<typeof DeadLetters>;

export const Note = z.object({ at: instant, by: z.string(), text: z.string() }).meta({ id: 'Note' });
export type Note = z.infer<typeof Note>;

/** Dead letters of one consumer with one cause: their messages and stacks differ only in numbers, ids and the like. */
export const DeadGroup = z
  .object({
    id: z.string(),
    flow: z.string(),
    queue: z.string(),
    consumer: z.string(),
    /** Of the first one. */
    cause: Cause,
    /** How many wait for an operator now. */
    dead: count,
    /** How many there ever were. */
    total: count,
    firstSeen: instant,
    lastSeen: instant,
    /** How many came in each of the last 24 hours of the clock, the present one last. */
    trend: z.array(count).length(24),
    notes: z.array(Note),
  })
  .meta({ id: 'DeadGroup' });
export type DeadGroup = z.infer<typeof DeadGroup>;

export const DeadGroups = z.object({ items: z.array(DeadGroup), next: z.string().nullable() }).meta({ id: 'DeadGroups' });
export type DeadGroups = z.infer<typeof DeadGroups>;

/** The figures that say whether failures are looked after. */
export const DeadLetterHealth = z
  .object({
    /** How many wait for an operator. */
    dead: count,
    /** The one that has waited longest; null: none waits. `age` in seconds. */
    oldest: z.object({ id: count, at: instant, age: z.number().nonnegative() }).nullable(),
    /** How many each consumer gave up in the last 60 minutes. */
    lastHour: z.array(z.object({ flow: z.string(), consumer: z.string(), dead: count })),
    /** Messages that wait for their next attempt, by delay band: of delays from `from` to below `to`, in milliseconds. Null: the broker cannot be asked. */
    waiting: z.array(z.object({ band: count, from: count, to: count, messages: count })).nullable(),
  })
  .meta({ id: 'DeadLetterHealth' });
export type DeadLetterHealth = z.infer<typeof DeadLetterHealth>;

/** What a search of dead letters may name, and of which kind it is. Each is a column of the observer's view of that name. */
export const deadLetterFields = {
  id: 'number', message: 'uuid', journey: 'uuid', flow: 'text', queue: 'text', consumer: 'text', contract: 'text', service: 'text',
  foreign: 'boolean', redrive: 'number', attempt: 'number', state: 'text', group: 'text', cause: 'text', error: 'text', at: 'time',
  size: 'number', line: 'text', edited: 'boolean', operation: 'uuid', refusal: 'text', payload: 'json',
} as const; // prettier-ignore
