import { z } from 'zod';
import { State } from './state.js';

const count = z.number().int().nonnegative();
const instant = z.iso.datetime();

/** Which consumers are attached: all, only the observer's journal, or none. */
export const Attached = z.enum(['all', 'journal', 'none']);
export type Attached = z.infer<typeof Attached>;

/**
 * The complete desired state of every instance, never a change. Gateway to instance, to its control queue by name, mandatory.
 * An instance ignores a lower epoch than it has and confirms an equal one again. Source: protocol.md, Lifecycle.
 */
export const Command = z.object({
  epoch: count,
  run: count,
  state: State,
  /** Whether sources may publish. */
  sources: z.boolean(),
  attached: Attached,
});
export type Command = z.infer<typeof Command>;

/** Instance to every gateway: it has done what the epoch asks. */
export const Confirmation = z.object({ epoch: count, service: z.string(), instance: z.string(), at: instant });
export type Confirmation = z.infer<typeof Confirmation>;

/** Instance to the gateways, every 2 s, and once more when it leaves. */
export const Beat = z.object({
  service: z.string(),
  instance: z.string(),
  /** The newest epoch that it has done; 0 when it has heard none. */
  epoch: count,
  version: z.string(),
  startedAt: instant,
  /** HTTP requests answered since the start. */
  requests: count,
  /** Messages handled since the start. */
  handled: count,
  /** Resident set size in bytes. */
  memory: count,
  /** 99th percentile of the event loop's delay since the last beat, in milliseconds. */
  lag: z.number().nonnegative(),
  /** A clean stop: the last word of this instance. */
  leaving: z.boolean().default(false),
});
export type Beat = z.infer<typeof Beat>;
