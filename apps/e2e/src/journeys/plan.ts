import { childId, newId } from '@warren/protocol';
import { type Dice } from '../system/dice.js';

/** The flows of the test: a journey of `hasty` that is open is stalled at once. Which consumers take which topic is the same in both. */
export const flows = { patient: 3_600_000, hasty: 1 } as const;
export type FlowName = keyof typeof flows;
export const takers = { order: ['till', 'stock', 'audit'], parcel: ['post', 'mail'], receipt: ['books'], note: [] } as const;
export type Topic = keyof typeof takers;
export const topics = Object.keys(takers) as Topic[];
/** What is published in answer to each; nobody takes a note. */
const answers: Record<Topic, readonly Topic[]> = { order: ['parcel', 'receipt', 'note'], parcel: ['receipt', 'note'], receipt: ['note'], note: [] };

export const queueName = (flow: FlowName, taker: string): string => `${flow}.${taker}`;
export const typeName = (flow: FlowName, topic: Topic): string => `${flow}.${topic}@1`;

export interface PlannedAttempt {
  redrive: number;
  attempt: number;
  outcome: 'retried' | 'handled' | 'dead';
  startedAt: number;
  finishedAt: number;
  retryAt?: number;
}

/** A message at a consumer: every attempt that is reported, in their order, and the messages that were published. */
export interface PlannedHop {
  queue: string;
  /** What its consumer calls the message. */
  known: string;
  attempts: PlannedAttempt[];
  children: PlannedMessage[];
}

export interface PlannedMessage {
  /** A foreign one has none. */
  id: string | undefined;
  flow: FlowName;
  topic: Topic;
  n: number;
  /** Milliseconds since the epoch. */
  at: number;
  parent?: { id: string; queue: string };
  /** What its children carry. */
  journey: string | undefined;
  hops: PlannedHop[];
}

/** The root of a random journey, of which nothing is later than `until`. */
export function journeyOf(n: number, dice: Dice, until: number): PlannedMessage {
  const flow: FlowName = dice.below(2) === 0 ? 'patient' : 'hasty';
  const id = dice.below(10) === 0 ? undefined : newId();
  const topic = topics[dice.below(3)] ?? 'order';
  return messageOf({ id, flow, topic, n, at: until - 600_000 + dice.below(100_000), journey: id }, dice);
}

function messageOf(message: Omit<PlannedMessage, 'hops'>, dice: Dice): PlannedMessage {
  return { ...message, hops: takers[message.topic].map((taker) => hopOf(message, queueName(message.flow, taker), dice)) };
}

/** Of a foreign message at least one attempt is reported: else nobody could call it anything. */
function hopOf(message: Omit<PlannedMessage, 'hops'>, queue: string, dice: Dice): PlannedHop {
  const known = message.id ?? newId();
  const attempts = attemptsOf(message.at, dice, message.id === undefined ? 1 : 0);
  const last = attempts.at(-1);
  const isHandled = last?.outcome === 'handled';
  // A consumer that dies before it reports has published already: its children are there, and it will publish the same again.
  const isCut = !isHandled && last?.outcome !== 'dead' && dice.below(10) === 0;
  const { redrive = 0, finishedAt = message.at } = last ?? {};
  const made = isHandled || isCut ? drafts(message.topic, dice) : [];
  const children = made.map((topic, index) => {
    const id = childId({ parentId: known, consumer: queue, redrive, type: typeName(message.flow, topic), index });
    return messageOf({ id, flow: message.flow, topic, n: message.n, at: finishedAt, parent: { id: known, queue }, journey: message.journey ?? known }, dice);
  });
  return { queue, known, attempts, children };
}

/** A filter answers nothing. */
const drafts = (topic: Topic, dice: Dice): Topic[] =>
  Array.from({ length: dice.below(5) < 2 ? 0 : 1 + dice.below(2) }, () => answers[topic][dice.below(answers[topic].length)] ?? 'note');

/** Some are given up, and some of these are redriven; some have not come to their end. */
function attemptsOf(published: number, dice: Dice, least: number): PlannedAttempt[] {
  const attempts: PlannedAttempt[] = [];
  let due = published;
  for (let redrive = 0; ; redrive += 1) {
    for (let attempt = 1; ; attempt += 1) {
      const share = dice.below(100);
      const isStill = share < 8 && attempts.length >= least && (redrive === 0 || attempt > 1);
      if (isStill) return attempts;
      const [startedAt, took, delay] = [due + dice.below(50), dice.below(200), 100 + dice.below(1_000)];
      const outcome = share < 25 && attempt < 4 ? 'retried' : share < 35 ? 'dead' : 'handled';
      const finishedAt = startedAt + took;
      attempts.push({ redrive, attempt, outcome, startedAt, finishedAt, ...(outcome === 'retried' && { retryAt: finishedAt + delay }) });
      due = finishedAt + delay;
      if (outcome !== 'retried') break;
    }
    if (attempts.at(-1)?.outcome === 'handled' || dice.below(2) === 0) return attempts;
  }
}
