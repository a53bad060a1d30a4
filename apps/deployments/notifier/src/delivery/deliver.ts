import { Logger } from '@nestjs/common';
import { PermanentError, PostponeError, RetryAfterError, type Received } from '@warren/bus';
import { type deployments } from '@warren/contracts';
import { failpoint, type Identity } from '@warren/service';
import { BrokenCircuitError, type BulkheadPolicy } from 'cockatiel';
import { type Breaker } from '../breaker/breaker.js';
import { type Attempt, type DeliveryLog, type Standing } from '../deliveries/delivery-log.js';
import { type DeliveryMetrics } from '../deliveries/delivery.metrics.js';
import { type Target } from '../targets/target.js';
import { type TargetRow, type TargetsStore } from '../targets/targets.store.js';
import { type Answer, type Subject, type Verdict } from './answer.js';
import { pace } from './pace.js';
import { type Sender } from './request.js';
import { verdictOf } from './verdict.js';

/** A target as far as a delivery needs it. */
export interface Delivering {
  row: TargetRow;
  target: Target;
  sender: Sender;
  /** As many as it may have requests at once. */
  slots: BulkheadPolicy;
  breaker: Breaker | undefined;
  readonly open: boolean;
}

export interface DeliveryTools {
  identity: Identity;
  store: TargetsStore;
  log: DeliveryLog;
  metrics: DeliveryMetrics;
  /** Milliseconds between two probes of an open target. */
  probeEvery: (target: Target) => number;
}

/** The target answered as one that is not well: its policy says when to try again. */
export class DeliveryFailedError extends Error {
  override name = 'DeliveryFailedError';
}

type Release = Received<typeof deployments.released>;
type Sent = { verdict: Verdict; answer?: Answer; ms: number };
type Ended = Attempt['outcome'];

const logger = new Logger('Delivery');
/** Milliseconds that a message waits which could not be sent for a reason of the target's. */
const heldFor = 5_000;

/**
 * One attempt to deliver a release: whether it may be sent now, the request, what its answer means, written down.
 * @throws PermanentError, RetryAfterError, DeliveryFailedError: what the bus makes of it is the policy's; PostponeError: it was no attempt
 */
export async function deliver(to: Delivering, message: Release, tools: DeliveryTools): Promise<void> {
  const { probing, at, sent } = await to.slots.execute(() => ask(to, message, tools));
  failpoint('delivery.answered');
  await share(to, probing, sent.verdict, tools).catch((error: unknown) => logger.warn(`${to.target.name}: ${String(error)}`)); // the next answer shows the same
  const outcome = outcomeOf(to, message, sent.verdict, probing);
  const attempt = attemptOf(message, tools, { at, outcome, ...sent });
  tools.metrics.attempted(to.target.name, attempt);
  await tools.log.add(standingOf(to, message, outcome, sent.verdict), attempt);
  failpoint('delivery.stored');
  if (outcome !== 'delivered') throw failureOf(sent.verdict, outcome);
}

async function ask(to: Delivering, message: Release, tools: DeliveryTools): Promise<{ probing: boolean; at: Date; sent: Sent }> {
  await admit(to, message, tools);
  const probing = to.open;
  const at = new Date();
  const sent = await send(to, message).catch(async (error: unknown) => {
    if (!(error instanceof BrokenCircuitError)) throw error;
    return hold(to, message, tools, 'The target was opened meanwhile.');
  });
  return { probing, at, sent };
}

/** Lets it through, or says why not: it leaves with its target, its target takes nothing now, its rate limit is reached. */
async function admit(to: Delivering, message: Release, tools: DeliveryTools): Promise<void> {
  const { row, target } = to;
  if (row.leaving === 'dead') {
    await tools.log.add(standingOf(to, message, 'dead'));
    throw new PermanentError(`Target "${target.name}" was removed, and what waited for it was to be given up.`);
  }
  if (row.disabled !== null) await hold(to, message, tools, 'The target is disabled.');
  if (to.open && !(await mayProbe(to, tools))) await hold(to, message, tools, 'The target is open.');
  if (!target.rateLimit) return;
  const waited = await pace(tools.store, target.name, target.rateLimit).catch(() => undefined); // the database is away: who else sends is not known
  if (waited === undefined) await hold(to, message, tools, 'The rate limit is reached.');
}

async function mayProbe({ row, target }: Delivering, { store, probeEvery }: DeliveryTools): Promise<boolean> {
  row.probe_due = false;
  return store.takeProbe(target.name, probeEvery(target)).catch(() => false);
}

async function hold(to: Delivering, message: Release, { log }: DeliveryTools, why: string): Promise<never> {
  await log.add(standingOf(to, message, 'held'));
  throw new PostponeError(why, heldFor);
}

function send(to: Delivering, message: Release): Promise<Sent> {
  const request = async (): Promise<Sent> => {
    const started = performance.now();
    const ms = () => Math.round(performance.now() - started);
    try {
      const answer = await to.sender.send(to.sender.prepare(subjectOf(message)));
      return { verdict: verdictOf(to.target, answer), answer, ms: ms() };
    } catch (error) {
      return { verdict: verdictOf(to.target, error), ms: ms() };
    }
  };
  return to.breaker ? to.breaker.run(request) : request();
}

/** Tells the other instances what this answer has shown of the target. */
async function share({ target, breaker, open, row }: Delivering, was: boolean, verdict: Verdict, { store, probeEvery }: DeliveryTools): Promise<void> {
  if (verdict.kind === 'gone' && row.leaving === null) await store.disable(target.name, verdict.reason, target.name);
  if (open && !was && verdict.kind === 'retry') await breaker?.share(() => store.opened(target.name, verdict.reason, breaker.state, probeEvery(target)));
  if (!open && was) await breaker?.share(() => store.closed(target.name));
}

function outcomeOf({ target, row }: Delivering, { attempt }: Release, verdict: Verdict, probing: boolean): Ended {
  if (verdict.kind === 'delivered') return 'delivered';
  if (verdict.kind === 'refused') return 'dead';
  if (verdict.kind === 'gone') return row.leaving === null ? 'held' : 'dead';
  if (probing) return 'held';
  return attempt >= target.policy.attempts ? 'dead' : 'retried'; // as the bus decides by the same policy
}

function failureOf(verdict: Verdict, outcome: Ended): Error {
  const { reason, delay } = { reason: '', delay: undefined, ...verdict };
  if (outcome === 'held') return new PostponeError(reason, heldFor);
  if (verdict.kind !== 'retry') return new PermanentError(reason);
  return delay === undefined ? new DeliveryFailedError(reason) : new RetryAfterError(reason, delay);
}

function attemptOf({ attempt, redrive }: Release, { identity }: DeliveryTools, { at, outcome, verdict, answer, ms }: Sent & { at: Date; outcome: Ended }): Attempt {
  const error = verdict.kind === 'delivered' ? null : verdict.reason;
  return { at, attempt, redrive, instance: identity.instance, ms, status: answer?.status ?? null, outcome, error, body: answer?.body ?? null };
}

function standingOf({ target }: Delivering, { id, journey, attempt, payload }: Release, outcome: Ended, verdict?: Verdict): Standing {
  const { delays } = target.policy;
  const asked = verdict?.kind === 'retry' ? verdict.delay : undefined;
  const delay = outcome === 'held' ? heldFor : (asked ?? delays[Math.min(attempt, delays.length) - 1] ?? 0);
  const waits = outcome === 'held' || outcome === 'retried';
  const state = outcome === 'delivered' || outcome === 'dead' ? outcome : 'waiting';
  return { message: id, journey, target: target.name, release: payload.release, state, next_at: waits ? new Date(Date.now() + delay) : null };
}

export const subjectOf = ({ id, payload }: Release): Subject => ({ id, ...payload });
