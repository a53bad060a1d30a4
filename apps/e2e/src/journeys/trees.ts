import { type Journey, type JourneyAttempt, type JourneyMessage } from '@warren/protocol';
import { typeName, type PlannedAttempt, type PlannedHop, type PlannedMessage } from './plan.js';

/** A journey as the test compares it: what does not depend on when it was journalled. */
export interface Tree {
  state: string;
  /** Where it waits. */
  waits: string[];
  messages: number;
  root: Branch;
}

interface Branch {
  /** Null: the journal has given it one. */
  id: string | null;
  contract: string | null;
  service: string | null;
  foreign: boolean;
  line: string | null;
  hops: { queue: string; state: string; redrive: number; attempts: Try[]; children: Branch[] }[];
}

/** `waited` null: it depends on when the journal saw something. */
type Try = Pick<JourneyAttempt, 'redrive' | 'attempt' | 'outcome' | 'took' | 'waited'> & { error: string | null };

const inOrder = (branches: Branch[]): Branch[] => branches.sort((one, other) => ((one.id ?? '') < (other.id ?? '') ? -1 : 1));
const isKnown = (redrive: number, attempt: number, foreign: boolean): boolean => attempt > 1 || (redrive === 0 && !foreign);

/** What is to be seen of a planned journey. */
export function expectedTree(root: PlannedMessage): Tree {
  const hops = hopsUnder(root);
  const open = hops.filter((hop) => ['waiting', 'retrying'].includes(stateOf(hop)));
  const ended = hops.some((hop) => stateOf(hop) === 'dead') ? 'dead' : 'complete';
  const state = open.length === 0 ? ended : root.flow === 'hasty' ? 'stalled' : 'open';
  return { state, waits: [...new Set(open.map(({ queue }) => queue))].sort(), messages: countOf(root), root: expectedBranch(root) };
}

const hopsUnder = ({ hops }: PlannedMessage): PlannedHop[] => hops.flatMap((hop) => [hop, ...hop.children.flatMap(hopsUnder)]);
const countOf = ({ hops }: PlannedMessage): number => 1 + hops.flatMap(({ children }) => children).reduce((sum, child) => sum + countOf(child), 0);

function stateOf({ attempts }: PlannedHop): string {
  const last = attempts.at(-1)?.outcome;
  return last === undefined ? 'waiting' : last === 'retried' ? 'retrying' : last;
}

function expectedBranch({ id, flow, topic, n, hops, at }: PlannedMessage): Branch {
  const foreign = id === undefined;
  return {
    id: id ?? null,
    contract: foreign ? null : typeName(flow, topic),
    service: foreign ? null : `${flow}-shop`,
    foreign,
    line: `${topic} ${n}`,
    hops: hops.map((hop) => ({
      queue: hop.queue,
      state: stateOf(hop),
      redrive: hop.attempts.at(-1)?.redrive ?? 0,
      attempts: hop.attempts.map((attempt, index) => tryOf(attempt, hop.attempts[index - 1], { at, foreign })),
      children: inOrder(hop.children.map(expectedBranch)),
    })).sort(byQueue),
  }; // prettier-ignore
}

function tryOf({ redrive, attempt, outcome, startedAt, finishedAt }: PlannedAttempt, before: PlannedAttempt | undefined, { at, foreign }: { at: number; foreign: boolean }): Try {
  const due = attempt > 1 ? (before?.retryAt ?? 0) : at;
  const error = outcome === 'handled' ? null : `no ${attempt}`;
  return { redrive, attempt, outcome, took: finishedAt - startedAt, waited: isKnown(redrive, attempt, foreign) ? startedAt - due : null, error };
}

const byQueue = ({ queue: one }: { queue: string }, { queue: other }: { queue: string }): number => (one < other ? -1 : 1);

/** What the gateway shows. */
export function seenTree({ state, queues, totals, items }: Journey): Tree {
  const byId = new Map(items.map((item) => [item.id, item]));
  const [root, ...others] = items.filter(({ parent }) => parent === null);
  if (!root || others.length > 0) throw new Error(`There are ${others.length + (root ? 1 : 0)} roots.`);
  return { state, waits: queues.map(({ queue }) => queue).sort(), messages: totals.messages, root: seenBranch(root, byId) };
}

function seenBranch({ id, contract, service, foreign, line, hops }: JourneyMessage, byId: ReadonlyMap<string, JourneyMessage>): Branch {
  const childOf = (child: string): Branch[] => [byId.get(child)].flatMap((one) => (one ? [seenBranch(one, byId)] : []));
  return {
    id: foreign ? null : id, contract, service, foreign, line,
    hops: hops.map(({ queue, state, redrive, attempts, children }) => ({
      queue, state, redrive, children: inOrder(children.flatMap(childOf)),
      attempts: attempts.map(({ redrive: nth, attempt, outcome, took, waited, error }) =>
        ({ redrive: nth, attempt, outcome, took, waited: isKnown(nth, attempt, foreign) ? waited : null, error: error?.message ?? null })),
    })).sort(byQueue),
  }; // prettier-ignore
}
