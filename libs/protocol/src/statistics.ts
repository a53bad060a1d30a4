import { z } from 'zod';

/** Shapes of GET /api/v1/flows/{flow}/statistics. The gateway makes its DTOs from them; the CLI and the console read with them. */
const count = z.number().int().nonnegative();
const instant = z.iso.datetime();
const millis = z.number().nonnegative().describe('milliseconds');

export const StatisticsWindow = z.enum(['1m', '10m', '3h', '1d']);
export type StatisticsWindow = z.infer<typeof StatisticsWindow>;

/** How long each window is, in milliseconds. */
export const windowLength: Readonly<Record<StatisticsWindow, number>> = { '1m': 60_000, '10m': 600_000, '3h': 10_800_000, '1d': 86_400_000 };

/** Of durations, by nearest rank and within 1 %: they are counted in logarithmic buckets. The longest is exact. */
export const Percentiles = z.object({ p50: millis, p90: millis, p99: millis, max: millis }).meta({ id: 'Percentiles' });
export type Percentiles = z.infer<typeof Percentiles>;

/** What became of the attempts that ended in the window. */
export const Finished = z.object({
  handled: count,
  /** Attempts after which there is to be another, those that were postponed among them. */
  retried: count,
  dead: count,
  /** From when a message was published, put back or due again to the begin of the attempt; null: of none is it known. */
  waiting: Percentiles.nullable(),
  /** From the begin of an attempt to its end; null: none has ended. */
  handling: Percentiles.nullable(),
});
export type Finished = z.infer<typeof Finished>;

const Working = Finished.extend({
  /** Messages that it made. */
  published: count,
  /**
   * Of the time that it could have worked, as many messages at a time as its concurrency says, the share that it did, within 1 %: from 0 to 1. What is still in hand does not count;
   * null: nobody has announced the concurrency.
   */
  busy: z.number().nonnegative().nullable(),
});

/** Of one instance at one consumer. */
export const InstanceStatistics = Working.extend({ service: z.string(), instance: z.string() }).meta({ id: 'InstanceStatistics' });
export type InstanceStatistics = z.infer<typeof InstanceStatistics>;

export const ConsumerStatistics = Working.extend({
  queue: z.string(),
  consumer: z.string(),
  service: z.string(),
  /** Messages that one instance handles at a time; null: it is announced no more. */
  concurrency: count.nullable(),
  /** Those that have ended an attempt in the window. */
  instances: z.array(InstanceStatistics),
}).meta({ id: 'ConsumerStatistics' });
export type ConsumerStatistics = z.infer<typeof ConsumerStatistics>;

export const FlowStatistics = Finished.extend({
  flow: z.string(),
  window: StatisticsWindow,
  from: instant,
  to: instant,
  /** Messages of the flow that were journalled in the window. */
  published: count,
  /** Those that began in this flow, by a service of Warren's, and ended in the window; what a redrive opened again may count a second time, where it ended then. */
  journeys: z.object({
    /** Nothing of it is dead. */
    complete: count,
    dead: count,
    /** From the publish of its root to the end of its last hop, of those that are complete; null: there is none. */
    latency: Percentiles.nullable(),
  }),
  /** By queue; also those that are announced and had nothing to do. */
  consumers: z.array(ConsumerStatistics),
}).meta({ id: 'FlowStatistics' });
export type FlowStatistics = z.infer<typeof FlowStatistics>;
