import { type JourneyHold, type JourneyQueue, type State } from '@warren/protocol';
import { type Held } from './journey.mapper.js';
import { type QueueRow } from './journeys.rows.js';

export type Figures = NonNullable<JourneyQueue['broker']>;

/** What is known around the queues of a journey. */
export interface Circumstances {
  now: Date;
  system: State;
  /** Of every queue; null: the broker cannot be asked. */
  figures: ReadonlyMap<string, Figures> | null;
  hands: readonly Held[];
  /** Of each service on the roster. */
  instances: ReadonlyMap<string, readonly string[]>;
}

/** Milliseconds: the broker's figures may be so old. */
const figuresAge = 10_000;

/** A queue that the journey waits at, and why it does. */
export function queueOf(row: QueueRow, around: Circumstances): JourneyQueue {
  const { queue, consumer, service, open, since } = row;
  const [reason, detail] = holdOf(row, around);
  const paused = around.system === 'PAUSED' && reason !== 'paused' ? ' The system is PAUSED.' : '';
  return { queue, consumer, service, open, since: since?.toISOString() ?? null, broker: around.figures?.get(queue) ?? null, reason, detail: `${detail}${paused}` };
}

function holdOf(row: QueueRow, { now, system, figures, hands, instances }: Circumstances): [JourneyHold, string] {
  const hand = hands.find(({ queue }) => queue === row.queue);
  if (hand) return ['in-hand', `${hand.instance} has it in hand since ${new Date(hand.since).toISOString()}, attempt ${hand.attempt}.`];
  if (system === 'SHUTDOWN') return ['shut-down', 'The system is shut down: no consumer is attached.'];
  if (row.retrying === row.open && row.due && row.due > now) return ['retrying', `Its next attempt is due at ${row.due.toISOString()}.`];
  if (!figures) return ['unknown', 'The broker cannot be asked: see AMQP_MANAGEMENT_URL.'];
  const broker = figures.get(row.queue);
  if (!broker) return ['no-queue', 'The broker has no such queue: it was deleted, and is declared when its service starts.'];
  if (broker.consumers === 0) return unattended(row, broker, instances);
  if (system === 'PAUSED') return ['paused', 'The system is PAUSED: what was begun is finished, nothing is redriven.'];
  return among(row, broker, now);
}

function unattended({ service }: QueueRow, { ready }: Figures, instances: Circumstances['instances']): [JourneyHold, string] {
  const running = service === null ? [] : (instances.get(service) ?? []);
  if (running.length > 0) return ['detached', `${service ?? ''} runs (${running.join(', ')}) and consumes nothing from it: its consumer is held.`];
  const why = service === null ? 'Nobody has announced a consumer of it' : `No instance of ${service} runs`;
  return ['no-instance', `${why}: ${ready} ${ready === 1 ? 'message waits' : 'messages wait'} in the queue, which has no consumer.`];
}

function among({ since }: QueueRow, { ready, inHand, consumers }: Figures, now: Date): [JourneyHold, string] {
  const isEmpty = ready + inHand === 0 && since !== null && now.getTime() - since.getTime() > figuresAge;
  if (isEmpty) return ['missing', 'The queue is empty and no instance has it in hand: its message was taken out by somebody else, or lost.'];
  return ['behind', `${ready} messages wait in the queue, ${inHand} are in hand of ${consumers} ${consumers === 1 ? 'consumer' : 'consumers'}.`];
}
