import { z } from 'zod';
import { State } from './state.js';

/** Shapes of /api/v1/journeys. The gateway makes its DTOs from them; the CLI and the console read with them. */
const count = z.number().int().nonnegative();
const instant = z.iso.datetime();
const millis = z.number().int().nonnegative().describe('milliseconds');
const Failure = z.object({ name: z.string(), message: z.string() });

/** Milliseconds that a journey may be open where its flow says nothing else. */
export const defaultDeadline = 3_600_000;

/**
 * open: something is still expected of a consumer. stalled: that for longer than the flow's deadline. dead: nothing is, and a consumer gave something up.
 * complete: nothing is, and each message was handled, or discarded by an operator. Source: docs/protocol.md, Journeys.
 */
export const JourneyState = z.enum(['open', 'stalled', 'dead', 'complete']);
export type JourneyState = z.infer<typeof JourneyState>;

/** waiting: for its consumer. in-hand: an instance works on it now. retrying: waits for its next attempt. The others are its end. */
export const JourneyHopState = z.enum(['waiting', 'in-hand', 'retrying', 'handled', 'dead', 'discarded']);
export type JourneyHopState = z.infer<typeof JourneyHopState>;

/** One try of a consumer at a message. */
export const JourneyAttempt = z
  .object({
    redrive: count,
    /** From 1, anew after each redrive. */
    attempt: count,
    outcome: z.enum(['handled', 'retried', 'dead']),
    service: z.string(),
    instance: z.string(),
    startedAt: instant,
    finishedAt: instant,
    /** From when it was published, put back or due to when it began; null: since when it waited is not known. */
    waited: millis.nullable(),
    /** From its begin to its end. */
    took: millis,
    error: Failure.nullable(),
    /** When the next one was due. */
    retryAt: instant.nullable(),
  })
  .meta({ id: 'JourneyAttempt' });
export type JourneyAttempt = z.infer<typeof JourneyAttempt>;

/** What an instance has in hand: an attempt that has begun and not ended. */
export const JourneyHand = z.object({ instance: z.string(), attempt: count, since: instant }).meta({ id: 'JourneyHand' });
export type JourneyHand = z.infer<typeof JourneyHand>;

/** One message at one consumer that took it or is expected to. */
export const JourneyHop = z
  .object({
    queue: z.string(),
    consumer: z.string(),
    state: JourneyHopState,
    /** The last that was begun, or is the next; from 1, anew after each redrive. */
    attempt: count,
    /** How often it was redriven. */
    redrive: count,
    /** Where it was tried last; null: nowhere yet. */
    instance: z.string().nullable(),
    attempts: z.array(JourneyAttempt),
    /** Null also where no instance has answered in time. */
    inHand: JourneyHand.nullable(),
    /** When its next attempt is due. */
    retryAt: instant.nullable(),
    /** Of the last attempt. */
    error: Failure.nullable(),
    /** Number of its newest dead letter; null: it has none. */
    deadLetter: count.nullable(),
    /** Ids of the messages that it made, as far as this page shows them. */
    children: z.array(z.uuid()),
  })
  .meta({ id: 'JourneyHop' });
export type JourneyHop = z.infer<typeof JourneyHop>;

/** A message of the journey. What is null is not in the journal: it was put into a queue past its flow, or is older than what is kept. */
export const JourneyMessage = z
  .object({
    id: z.uuid(),
    /** The ids that consumers gave it, where it is foreign. */
    aliases: z.array(z.uuid()),
    /** Null: a root. */
    parent: z.uuid().nullable(),
    /** The queue of the consumer that made it. */
    parentQueue: z.string().nullable(),
    flow: z.string().nullable(),
    /** AMQP type: `signal.original@1`. */
    contract: z.string().nullable(),
    topic: z.string().nullable(),
    /** Its publisher. */
    service: z.string().nullable(),
    /** It was not published by Warren. */
    foreign: z.boolean(),
    /** A copy of it came with another body; this is the first one. */
    differs: z.boolean(),
    /** By its publisher's clock. */
    publishedAt: instant.nullable(),
    /** When it was journalled. */
    at: instant.nullable(),
    /** What it says, on one line, secrets masked. */
    line: z.string().nullable(),
    /** Bytes of the body. */
    size: count.nullable(),
    hops: z.array(JourneyHop),
  })
  .meta({ id: 'JourneyMessage' });
export type JourneyMessage = z.infer<typeof JourneyMessage>;

/**
 * Why an open journey does not go on at a queue. in-hand: an instance works on it. retrying: it waits for its next attempt. shut-down: nothing is attached.
 * no-queue: the broker has none of that name. no-instance: no instance of its service runs. detached: instances run, and none consumes from it.
 * paused: the system is PAUSED. behind: other messages are before it. missing: the queue is empty and nobody has it in hand. unknown: the broker cannot be asked.
 */
export const JourneyHold = z.enum(['in-hand', 'retrying', 'shut-down', 'no-queue', 'no-instance', 'detached', 'paused', 'behind', 'missing', 'unknown']);
export type JourneyHold = z.infer<typeof JourneyHold>;

/** A queue that an open journey waits at, and what that queue is doing. */
export const JourneyQueue = z
  .object({
    queue: z.string(),
    consumer: z.string(),
    /** Whose consumer it is; null: nobody has announced one. */
    service: z.string().nullable(),
    /** Messages of the journey that wait there. */
    open: count,
    /** Since when the first of them has. */
    since: instant.nullable(),
    /** Messages in the queue that nobody has in hand, those that somebody has, and consumers; null: there is no such queue, or the broker cannot be asked. */
    broker: z.object({ ready: count, inHand: count, consumers: count }).nullable(),
    reason: JourneyHold,
    /** The reason as a sentence. */
    detail: z.string(),
  })
  .meta({ id: 'JourneyQueue' });
export type JourneyQueue = z.infer<typeof JourneyQueue>;

/** Everything that happened from one root on. */
export const Journey = z
  .object({
    /** That of its root. */
    id: z.uuid(),
    state: JourneyState,
    /** Its root's. */
    flow: z.string().nullable(),
    /** How long it may be open. */
    deadline: millis,
    /** When its root was published, or else journalled. */
    startedAt: instant.nullable(),
    /** When its last hop ended; null while it is open or stalled. */
    endedAt: instant.nullable(),
    /** The system's state. */
    system: State,
    /** Of the whole journey, whatever this page shows. */
    totals: z.object({ messages: count, open: count, handled: count, dead: count, discarded: count }),
    /** The journey that it is a replay of; null: it is none. */
    replayOf: z.uuid().nullable(),
    /** Its own replays, the newest 100 first. */
    replays: z.array(z.uuid()),
    /** Where it waits while it is open or stalled. */
    queues: z.array(JourneyQueue),
    /** Its messages, parents before their children. */
    items: z.array(JourneyMessage),
    /** The cursor of the next page of messages, null on the last. */
    next: z.string().nullable(),
  })
  .meta({ id: 'Journey' });
export type Journey = z.infer<typeof Journey>;

/** AMQP types of what gateways and instances say to each other of what is in hand. */
export const inquiryTypes = { inquiry: 'warren.inquiry', answer: 'warren.answer' } as const;

/** Gateway to instance, to its control queue by name: "which of these have you in hand?" */
export const Inquiry = z.object({
  id: z.uuid(),
  /** The queue that the answer goes to. */
  reply: z.string(),
  /** Journeys, by the ids that their messages carry. */
  journeys: z.array(z.uuid()).max(1_000),
  /** Digests of foreign messages: until a consumer has reported one, nothing else tells it. */
  digests: z.array(z.string()).max(1_000),
});
export type Inquiry = z.infer<typeof Inquiry>;

/** An attempt that has begun and not ended. */
export const Hand = z.object({
  message: z.uuid(),
  journey: z.uuid(),
  queue: z.string(),
  attempt: count,
  redrive: count,
  /** Milliseconds since the epoch. */
  since: count,
  /** Digest of a foreign message. */
  foreign: z.string().optional(),
});
export type Hand = z.infer<typeof Hand>;

/** Instance to the gateway that asked: at most 1,000 of them. */
export const InquiryAnswer = z.object({ id: z.uuid(), service: z.string(), instance: z.string(), hands: z.array(Hand) });
export type InquiryAnswer = z.infer<typeof InquiryAnswer>;
