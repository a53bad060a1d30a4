import { type QueueStatistic } from '@warren/protocol';
import { z } from 'zod';

/** The span that "recently" means, and the distance of its samples, in seconds. */
export const recently = { age: 60, step: 5 };

const Details = z.object({ rate: z.number().default(0), samples: z.array(z.object({ sample: z.number() })).default([]) });
const Stats = z.object({ publish_details: Details.optional(), deliver_get_details: Details.optional() });

/** A queue as `GET /api/queues` tells of it; one without statistics yet has no `message_stats`. */
export const BrokerQueue = z.object({ name: z.string(), message_stats: Stats.optional() });
export type BrokerQueue = z.infer<typeof BrokerQueue>;

/** Rates are messages per second; "recently" is within the last minute. */
export const queueStatistic = ({ name, message_stats: { publish_details, deliver_get_details } = {} }: BrokerQueue): QueueStatistic => ({
  queue: name,
  message_delivery_rate: deliver_get_details?.rate ?? 0,
  message_publishing_rate: publish_details?.rate ?? 0,
  messages_delivered_recently: gained(deliver_get_details),
  messages_published_recently: gained(publish_details),
});

/** Samples are totals, the newest first. */
function gained({ samples }: z.infer<typeof Details> = { rate: 0, samples: [] }): number {
  return Math.max(0, (samples[0]?.sample ?? 0) - (samples.at(-1)?.sample ?? 0));
}
