import { digestOf, writeEnvelope, type HopReport } from '@warren/protocol';
import { type Dice } from '../system/dice.js';
import { typeName, type PlannedAttempt, type PlannedHop, type PlannedMessage } from './plan.js';

/** What comes to the journal of a journey. */
export type Record = { kind: 'message'; message: PlannedMessage } | { kind: 'report'; report: HopReport };

export const bodyOf = ({ n, topic }: PlannedMessage): Buffer => Buffer.from(JSON.stringify({ n, topic }));

export function propertiesOf({ id, flow, topic, at, parent, journey }: PlannedMessage) {
  if (id === undefined || journey === undefined) return {};
  return writeEnvelope({ id, journey, type: typeName(flow, topic), service: `${flow}-shop`, at, attempt: 1, redrive: 0, parent });
}

/**
 * In an order that the broker may give: what a consumer published before its report that it handled the message, and of a foreign message the message before all
 * that is called by another id. All else may overtake each other: reports each other, and the message that they are about.
 */
export function recordsOf(root: PlannedMessage, dice: Dice): Record[] {
  const own: Record = { kind: 'message', message: root };
  const rest = dice.shuffled(root.hops).map((hop) => recordsOfHop(root, hop, dice));
  if (root.id === undefined) return [own, ...braided(rest, dice)];
  return dice.below(10) === 0 ? braided([[own], ...rest], dice) : [own, ...braided(rest, dice)];
}

function recordsOfHop(message: PlannedMessage, hop: PlannedHop, dice: Dice): Record[] {
  const reports = hop.attempts.map((attempt): Record => ({ kind: 'report', report: reportOf(message, hop, attempt) }));
  const children = braided(hop.children.map((child) => recordsOf(child, dice)), dice);
  const last = hop.attempts.at(-1)?.outcome === 'handled' ? reports.splice(-1) : [];
  const held = dice.below(20) === 0 ? reports.splice(0) : []; // held up on their way: what came of the message is known before
  const own = new Set(hop.children);
  const published = children.findLastIndex((record) => record.kind === 'message' && own.has(record.message)) + 1;
  return [...dice.below(10) === 0 ? dice.shuffled(reports) : reports, ...children.slice(0, published), ...braided([[...last, ...held], children.slice(published)], dice)];
}

function reportOf({ n, flow, topic, journey }: PlannedMessage, { queue, known, children }: PlannedHop, attempt: PlannedAttempt): HopReport {
  const foreign = journey === undefined ? digestOf(flow, topic, Buffer.from(JSON.stringify({ n, topic }))) : undefined;
  const error = attempt.outcome === 'handled' ? undefined : { name: 'TypeError', message: `no ${attempt.attempt}` };
  return { id: known, journey: journey ?? known, queue, consumer: queue, foreign, error, children: attempt.outcome === 'handled' ? children.length : 0, ...attempt };
}

/** Each list in its order, one among the other. */
export function braided<T>(lists: readonly (readonly T[])[], dice: Dice): T[] {
  const rests = lists.filter((list) => list.length > 0).map((list) => list.toReversed());
  const all: T[] = [];
  while (rests.length > 0) {
    const at = dice.below(rests.length);
    const next = rests[at]?.pop();
    if (next !== undefined) all.push(next);
    if (rests[at]?.length === 0) rests.splice(at, 1);
  }
  return all;
}
