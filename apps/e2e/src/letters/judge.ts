import { type DeadLetter } from '@warren/protocol';
import { type Entry } from '../fragile/entries.js';
import { consumers, endOf, waitAfter, type Case, type End } from './plan.js';

/** Milliseconds: the broker's clock has whole ones. */
const tick = 2;

/** What is known at the end. */
export interface Record {
  cases: readonly Case[];
  /** Which case each message is whose publish was confirmed. */
  accepted: ReadonlyMap<string, number>;
  /** What the consumers wrote. */
  entries: readonly Entry[];
  deadLetters: readonly Pick<DeadLetter, 'message' | 'queue' | 'attempt' | 'redrive' | 'cause' | 'state'>[];
}

/** One message and all that is known of it. */
interface Story {
  id: string;
  one: Case;
  entries: readonly Entry[];
  dead: Record['deadLetters'];
}

/** Every message that is not at the end that its case says: one line for each thing that is wrong with it. Foreign ones are not judged: they have no id. */
export function faultsOf(record: Record): string[] {
  return storiesOf(record).flatMap((story) => {
    const faults = [...outcomeFaults(story), ...attemptFaults(story), ...waitFaults(story)];
    return faults.map((fault) => `${story.id} (${story.one.n}, ${story.one.contract}, ${JSON.stringify(story.one.broken ?? story.one.plan)}): ${fault}`);
  });
}

/** The messages that were confirmed, and those that came to a consumer though the confirm was lost. */
function storiesOf({ cases, accepted, entries, deadLetters }: Record): Story[] {
  const cased = new Map([...entries.map(({ id, n }) => [id, n] as const), ...accepted]);
  const written = Map.groupBy(entries, ({ id }) => id);
  const dead = Map.groupBy(deadLetters, ({ message }) => message);
  return [...cased].flatMap(([id, n]) => {
    const one = cases[n - 1];
    return one && !one.foreign ? [{ id, one, entries: written.get(id) ?? [], dead: dead.get(id) ?? [] }] : [];
  });
}

function outcomeFaults({ one, entries, dead }: Story): string[] {
  const end = endOf(one);
  const handled = entries.filter(({ what }) => what === 'handled');
  const wrong = handled.find(({ attempt }) => end.outcome === 'dead' || attempt !== end.attempt);
  const faults = wrong ? [`handled at attempt ${wrong.attempt}`] : [];
  if (end.outcome === 'handled' && handled.length === 0) faults.push('not handled');
  if (end.outcome === 'handled' && dead.length > 0) faults.push(`given up: ${JSON.stringify(dead)}`);
  if (end.outcome === 'dead') faults.push(...deadFaults(one, end, dead));
  return faults;
}

function deadFaults({ contract }: Case, { attempt, cause }: End, dead: Story['dead']): string[] {
  const [letter, ...others] = dead;
  if (!letter || others.length > 0) return [`${dead.length} dead letters`];
  const right =
    letter.queue === consumers[contract].queue && letter.attempt === attempt && letter.redrive === 0 && letter.state === 'dead' &&
    letter.cause.name === cause?.name && cause.message.test(letter.cause.message); // prettier-ignore
  return right ? [] : [`another dead letter: ${JSON.stringify(letter)}`];
}

function attemptFaults({ one, entries }: Story): string[] {
  const begun = [...new Set(entries.map(({ attempt }) => attempt))].sort((a, b) => a - b);
  const expected = Array.from({ length: endOf(one).begun }, (_, index) => index + 1);
  return begun.join() === expected.join() ? [] : [`attempts ${begun.join()} and not ${expected.join()}`];
}

/** A crash may repeat an attempt, and then its retry too: each begin needs a failure before it that is old enough. */
function waitFaults({ one, entries }: Story): string[] {
  return entries.flatMap(({ what, attempt, at }) => {
    if (what !== 'begun' || attempt === 1) return [];
    const failed = entries.filter((entry) => entry.what === 'failed' && entry.attempt === attempt - 1).map((entry) => at - entry.at);
    const waited = Math.max(...failed);
    return waited >= waitAfter(one, attempt - 1) - tick ? [] : [`attempt ${attempt} after ${waited.toFixed()} ms`];
  });
}
