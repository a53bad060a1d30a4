import { z } from 'zod';
import { JourneyEndState } from './ends.js';

const count = z.number().int().nonnegative();
const millis = count.describe('milliseconds since the epoch');

/** A contract as an instance announces it. */
export const AnnouncedContract = z.object({
  name: z.string(),
  topic: z.string(),
  version: count,
  type: z.string(),
  terminal: z.boolean(),
  /** See ContractOptions.line. */
  line: z.string().optional(),
  secret: z.array(z.string()),
  /** See ContractOptions.search; instances of before there was it leave it out. */
  search: z.array(z.string()).optional(),
  /** The payload as JSON Schema, draft 2020-12. */
  schema: z.record(z.string(), z.unknown()),
});
export type AnnouncedContract = z.infer<typeof AnnouncedContract>;

/** A consumer as an instance announces it: also the registration that makes the observer open a hop per message. */
export const AnnouncedConsumer = z.object({
  name: z.string(),
  flow: z.string(),
  queue: z.string(),
  exchange: z.string(),
  /** Binding key on the exchange. */
  pattern: z.string(),
  contract: z.string(),
  concurrency: count,
  policy: z.object({
    attempts: count,
    /** Before the second attempt, the third, …; the last one repeats. */
    delays: z.array(count).describe('milliseconds'),
    /** After the publish no attempt begins later than this. */
    deadline: count.optional().describe('milliseconds'),
  }),
});
export type AnnouncedConsumer = z.infer<typeof AnnouncedConsumer>;

export const AnnouncedSource = z.object({
  name: z.string(),
  flow: z.string(),
  contract: z.string(),
  every: count.describe('milliseconds'),
  /** The ends of its journeys that it wants to be told of; absent: none. */
  takes: z.array(JourneyEndState).optional(),
});
export type AnnouncedSource = z.infer<typeof AnnouncedSource>;

/** What an instance tells of itself on joining, before it consumes: all that gateway, observer and console know of a flow. */
export const Announcement = z.object({
  service: z.string(),
  instance: z.string(),
  flows: z.array(
    z.object({
      name: z.string(),
      exchange: z.string(),
      /** How long a journey of it may be open; instances of before there was one leave it out. */
      deadline: count.optional().describe('milliseconds'),
      contracts: z.array(AnnouncedContract),
    }),
  ),
  consumers: z.array(AnnouncedConsumer),
  sources: z.array(AnnouncedSource),
});
export type Announcement = z.infer<typeof Announcement>;

export const Outcome = z.enum(['handled', 'retried', 'dead']);
export type Outcome = z.infer<typeof Outcome>;

/** One finished attempt at a hop. Reported after its children are confirmed and before the acknowledgement. */
export const HopReport = z.object({
  /** Message id; for a foreign message the id that the consumer gave it. */
  id: z.uuid(),
  journey: z.uuid(),
  queue: z.string(),
  consumer: z.string(),
  attempt: count,
  redrive: count,
  outcome: Outcome,
  startedAt: millis,
  finishedAt: millis,
  children: count,
  /** Set for a message without Warren's headers: see digestOf. The observer matches its own copy by it. */
  foreign: z.string().optional(),
  error: z.object({ name: z.string(), message: z.string() }).optional(),
  /** When a retried hop is due again. */
  retryAt: millis.optional(),
});
export type HopReport = z.infer<typeof HopReport>;

export const HopReports = z.object({ service: z.string(), instance: z.string(), hops: z.array(HopReport) });
export type HopReports = z.infer<typeof HopReports>;

/** The gateway's question "have you committed all before this?", through the journal's one queue. */
export const Marker = z.object({ id: z.uuid() });
export type Marker = z.infer<typeof Marker>;

/** New messages of the flow do not come to the consumer of this queue any more: the observer expects no reports on them. A later announcement brings it back. */
export const Retirement = z.object({ queue: z.string() });
export type Retirement = z.infer<typeof Retirement>;
