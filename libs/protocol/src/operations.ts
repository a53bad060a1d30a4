import { z } from 'zod';
import { JourneySelection } from './replays.js';

/** Shapes of /api/v1/operations: what an operator starts on many messages. */
const count = z.number().int().nonnegative();
const instant = z.iso.datetime();

/** Which dead letters: some by id, all of a group, or all that a search finds. */
export const Selection = z
  .union([
    z.strictObject({ ids: z.array(count).min(1).max(1_000) }),
    z.strictObject({ group: z.string().min(1).max(100) }),
    z.strictObject({ query: z.string().max(2_000) }),
  ])
  .meta({ id: 'Selection' });
export type Selection = z.infer<typeof Selection>;

/** Messages a second. */
export const Rate = z.number().positive().max(100_000);

export const OperationKind = z.enum(['redrive', 'discard', 'adopt', 'replay']);
export type OperationKind = z.infer<typeof OperationKind>;

/** waiting: the system is not RUNNING, and nothing is put back meanwhile. failed: it cannot go on; `problem` says why. */
export const OperationState = z.enum(['running', 'waiting', 'paused', 'done', 'aborted', 'failed']);
export type OperationState = z.infer<typeof OperationState>;

export const Steer = z.enum(['pause', 'resume', 'abort']);
export type Steer = z.infer<typeof Steer>;

/** How many of an operation's messages have come to what. */
export const Outcomes = z
  .object({
    /** Redriven, and not yet at an end. */
    open: count,
    /** Redriven and handled. */
    handled: count,
    /** Redriven and dead again. */
    deadAgain: count,
    discarded: count,
    /** Taken in from a queue. */
    adopted: count,
    /** Roots that were published again, as new journeys. */
    replayed: count,
    /** It could do nothing for these: each says why. */
    refused: count,
  })
  .meta({ id: 'Outcomes' });
export type Outcomes = z.infer<typeof Outcomes>;

export const Operation = z
  .object({
    id: z.uuid(),
    kind: OperationKind,
    state: OperationState,
    by: z.string(),
    at: instant,
    /** Of redrive and discard: dead letters; of replay: journeys. */
    selection: z.union([Selection, JourneySelection]).nullable(),
    /** Of adopt: whose messages it takes in. */
    queue: z.string().nullable(),
    /** Messages a second at the most; null: as fast as it goes. */
    rate: z.number().nullable(),
    /** How many it found when it began. */
    total: count,
    /** How many it has been through. */
    done: count,
    outcomes: Outcomes,
    finishedAt: instant.nullable(),
    /** Why it failed. */
    problem: z.string().nullable(),
  })
  .meta({ id: 'Operation' });
export type Operation = z.infer<typeof Operation>;

export const Operations = z.object({ items: z.array(Operation), next: z.string().nullable() }).meta({ id: 'Operations' });
export type Operations = z.infer<typeof Operations>;

/** What an operation would touch. */
export const DryRun = z.object({ dryRun: z.literal(true), total: count, queues: z.array(z.object({ queue: z.string(), total: count })) }).meta({ id: 'DryRun' });
export type DryRun = z.infer<typeof DryRun>;

/** What an operator did. */
export const AuditEntry = z
  .object({
    id: z.uuid(),
    at: instant,
    by: z.string(),
    /** `redrive`, `discard`, `adopt`, `replay`, `pause`, `resume`, `abort`, `edit`, `note`. */
    action: z.string(),
    /** On what: a selection, an operation's id, a dead letter's id, a group's id. */
    subject: z.unknown(),
    /** `done`, or why not. */
    outcome: z.string(),
  })
  .meta({ id: 'AuditEntry' });
export type AuditEntry = z.infer<typeof AuditEntry>;

export const AuditPage = z.object({ items: z.array(AuditEntry), next: z.string().nullable() }).meta({ id: 'AuditPage' });
export type AuditPage = z.infer<typeof AuditPage>;
