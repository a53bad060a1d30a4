import { type Hand, type JourneyAttempt, type JourneyHop, type JourneyHopState, type JourneyMessage } from '@warren/protocol';
import { type AttemptRow, type HopRow } from '../journal.views.js';
import { type HeadRow, type MessageRow } from './journeys.rows.js';
import { type PageRows } from './journeys.store.js';

/** What an instance has in hand, and which instance. */
export type Held = Hand & { instance: string };
type Message = Pick<MessageRow, 'published' | 'at' | 'digest'>;

const key = (message: string | null, queue: string | null): string => `${message ?? ''} ${queue ?? ''}`;
const iso = (date: Date | null): string | null => date?.toISOString() ?? null;
const stateOf: Record<HopRow['outcome'], JourneyHopState> = { open: 'waiting', retried: 'retrying', handled: 'handled', dead: 'dead', discarded: 'discarded' };

/** The messages of a page, each with its hops, and each hop with what it made. */
export function messagesOf({ messages, attempts, letters }: PageRows, { root, aliases }: Pick<HeadRow, 'root' | 'aliases'>, hands: readonly Held[]): JourneyMessage[] {
  const parentOf = ({ parent }: MessageRow) => (parent !== null && aliases.includes(parent) ? root : parent);
  const children = Map.groupBy(messages, (message) => key(parentOf(message), message.parent_queue));
  const attemptsOf = Map.groupBy(attempts, ({ message, queue }) => key(message, queue));
  const letterOf = new Map(letters.map(({ message, queue, id }) => [key(message, queue), id]));
  return messages.map((message) => ({
    ...factsOf(message),
    parent: parentOf(message),
    aliases: message.id === root ? aliases : [],
    hops: message.hops.map((hop) => {
      const place = key(hop.alias ?? hop.message, hop.queue);
      const made = children.get(key(hop.message, hop.queue)) ?? [];
      return { ...hopOf(hop, message, attemptsOf.get(place) ?? [], hands), deadLetter: letterOf.get(place) ?? null, children: made.map(({ id }) => id) };
    }),
  }));
}

const factsOf = ({ id, parent_queue: parentQueue, flow, type: contract, topic, service, foreign, differs, published, at, line, size }: MessageRow) => ({
  id, parentQueue, flow, contract, topic, service, line, size,
  foreign: foreign ?? false, differs: differs ?? false, publishedAt: iso(published), at: iso(at),
}); // prettier-ignore

function hopOf(hop: HopRow, message: Message, rows: readonly AttemptRow[], hands: readonly Held[]): Omit<JourneyHop, 'deadLetter' | 'children'> {
  const hand = hop.outcome === 'open' || hop.outcome === 'retried' ? hands.find((one) => isHeld(one, hop, message)) : undefined;
  return {
    queue: hop.queue,
    consumer: hop.consumer,
    state: hand ? 'in-hand' : stateOf[hop.outcome],
    attempt: hand?.attempt ?? hop.attempt,
    redrive: hop.redrive,
    instance: hop.instance,
    attempts: attemptsOf(hop, message, rows),
    inHand: hand ? { instance: hand.instance, attempt: hand.attempt, since: new Date(hand.since).toISOString() } : null,
    retryAt: iso(hop.retry_at),
    error: failure(hop),
  };
}

/** A foreign message that no consumer has reported yet is known by what it says only: the one in hand may be another that says the same. */
function isHeld(hand: Hand, hop: HopRow, { digest }: Message): boolean {
  if (hand.queue !== hop.queue) return false;
  return hand.message === hop.message || hand.message === hop.alias || (hop.alias === null && hand.foreign !== undefined && hand.foreign === digest);
}

/** Those that the journal keeps one by one, and the last where it went through at once. */
function attemptsOf(hop: HopRow, message: Message, rows: readonly AttemptRow[]): JourneyAttempt[] {
  const all = [...rows, ...(rows.some(({ redrive, attempt }) => redrive === hop.redrive && attempt === hop.attempt) ? [] : onlyAttempt(hop))];
  return all.map((row, index) => ({
    redrive: row.redrive,
    attempt: row.attempt,
    outcome: row.outcome,
    service: row.service,
    instance: row.instance,
    startedAt: row.started_at.toISOString(),
    finishedAt: row.finished_at.toISOString(),
    waited: between(dueAt(row, all[index - 1], hop, message), row.started_at),
    took: between(row.started_at, row.finished_at) ?? 0,
    error: failure(row),
    retryAt: iso(row.retry_at),
  }));
}

function onlyAttempt(hop: HopRow): AttemptRow[] {
  const { outcome, instance, started_at, finished_at } = hop;
  if (outcome === 'open' || outcome === 'discarded' || instance === null || !started_at || !finished_at) return [];
  return [{ ...hop, outcome, instance, started_at, finished_at, service: hop.service ?? '' }];
}

/** Clocks differ a little from machine to machine: nothing waits less than not at all. */
const between = (from: Date | null, to: Date): number | null => (from ? Math.max(0, to.getTime() - from.getTime()) : null);

function dueAt(row: AttemptRow, before: AttemptRow | undefined, hop: HopRow, { published, at }: Message): Date | null {
  if (before?.redrive === row.redrive) return before.retry_at;
  if (row.attempt > 1) return null;
  return row.redrive === 0 ? (published ?? at) : row.redrive === hop.redrive ? hop.since : null;
}

const failure = ({ error_name: name, error_message: message }: { error_name: string | null; error_message: string | null }) =>
  name === null ? null : { name, message: message ?? '' };
