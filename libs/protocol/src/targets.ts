import { z } from 'zod';

/** Shapes of /api/v1/targets and /api/v1/deliveries: HTTP endpoints that a flow delivers to, and what became of it. */
const count = z.number().int().nonnegative();
const instant = z.iso.datetime();

/** What becomes of the messages that wait for a target when it is removed: they are delivered first, or become dead letters. */
export const WaitingChoice = z.enum(['deliver', 'dead']).meta({ id: 'WaitingChoice' });
export type WaitingChoice = z.infer<typeof WaitingChoice>;

/** open: it failed again and again, and is only probed. disabled: by an operator, or it answered 410. leaving: removed, what waits for it comes to its end. */
export const TargetState = z.enum(['delivering', 'open', 'disabled', 'leaving']).meta({ id: 'TargetState' });
export type TargetState = z.infer<typeof TargetState>;

export const TargetStatus = z
  .object({
    name: z.string(),
    /** Its queue: `deployments.<name>`. */
    queue: z.string(),
    method: z.string(),
    /** Without what its environment put into it. */
    url: z.string(),
    state: TargetState,
    /** Why it is not delivering. */
    reason: z.string().nullable(),
    /** Since when it is in this state; null: since it is there. */
    since: instant.nullable(),
    concurrency: count,
    /** Messages that wait in its queue and for their next attempt; null while the broker cannot be asked. */
    waiting: count.nullable().describe('about as many as wait: the queue and those that wait for their next attempt are counted apart, and one that is due may be in neither count until it is back in the queue'),
    /** Over the last hour. */
    delivered: count,
    failed: count,
    /** Of the last attempt. */
    lastAt: instant.nullable(),
    lastStatus: count.nullable(),
  })
  .meta({ id: 'TargetStatus' });
export type TargetStatus = z.infer<typeof TargetStatus>;

/** Why the targets are not what the file says. */
export const TargetsProblem = z.object({ line: count.nullable(), message: z.string() }).meta({ id: 'TargetsProblem' });
export type TargetsProblem = z.infer<typeof TargetsProblem>;

export const Targets = z
  .object({
    items: z.array(TargetStatus),
    /** Raised by each reload that changed something. */
    revision: count,
    /** What keeps the file, as it is now, from taking effect. */
    problems: z.array(TargetsProblem),
  })
  .meta({ id: 'Targets' });
export type Targets = z.infer<typeof Targets>;

/** What happened to a target, newest first: opened, closed, disabled, enabled, added, changed, removed, gone (nothing waits for it any more). */
export const TargetEvent = z
  .object({ id: count, target: z.string(), kind: z.string(), at: instant, by: z.string(), detail: z.string().nullable() })
  .meta({ id: 'TargetEvent' });
export type TargetEvent = z.infer<typeof TargetEvent>;
export const TargetEvents = z.object({ items: z.array(TargetEvent), next: z.string().nullable() }).meta({ id: 'TargetEvents' });
export type TargetEvents = z.infer<typeof TargetEvents>;

/** What a reload did. */
export const Reloaded = z
  .object({ revision: count, added: z.array(z.string()), changed: z.array(z.string()), removed: z.array(z.string()) })
  .meta({ id: 'Reloaded' });
export type Reloaded = z.infer<typeof Reloaded>;

/** One request to a target. */
export const DeliveryAttempt = z
  .object({
    at: instant,
    attempt: count,
    redrive: count,
    instance: z.string(),
    /** Milliseconds until the answer was read, or until it failed. */
    ms: count,
    /** Null: there was no answer. */
    status: count.nullable(),
    /** delivered; retried; dead; held: not counted as an attempt (a probe of an open target, a 410). */
    outcome: z.enum(['delivered', 'retried', 'dead', 'held']),
    error: z.string().nullable(),
    /** The first 4 kB of the answer, secrets masked. */
    body: z.string().nullable(),
  })
  .meta({ id: 'DeliveryAttempt' });
export type DeliveryAttempt = z.infer<typeof DeliveryAttempt>;

export const DeliveryState = z.enum(['delivered', 'waiting', 'dead']).meta({ id: 'DeliveryState' });
export type DeliveryState = z.infer<typeof DeliveryState>;

/** What one message's way to one target has come to. */
export const Delivery = z
  .object({
    /** The message, and the `webhook-id` of each of its requests. */
    message: z.uuid(),
    journey: z.uuid(),
    target: z.string(),
    release: z.string(),
    state: DeliveryState,
    at: instant,
    /** When the next attempt is due. */
    nextAt: instant.nullable(),
    attempts: z.array(DeliveryAttempt),
  })
  .meta({ id: 'Delivery' });
export type Delivery = z.infer<typeof Delivery>;
export const Deliveries = z.object({ items: z.array(Delivery), next: z.string().nullable() }).meta({ id: 'Deliveries' });
export type Deliveries = z.infer<typeof Deliveries>;

/** What `POST /api/v1/targets/{name}/test` answers: the request that was sent, secrets masked, and what came of it. */
export const TargetTest = z
  .object({
    request: z.object({ method: z.string(), url: z.string(), headers: z.record(z.string(), z.string()), body: z.string() }),
    ms: count,
    status: count.nullable(),
    /** Whether a release would count as delivered. */
    delivered: z.boolean(),
    error: z.string().nullable(),
    body: z.string().nullable(),
  })
  .meta({ id: 'TargetTest' });
export type TargetTest = z.infer<typeof TargetTest>;
