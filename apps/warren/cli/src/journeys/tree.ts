import { type Journey, type JourneyAttempt, type JourneyHop, type JourneyMessage } from '@warren/protocol';
import { brief, counted } from '../terminal.js';
import { span } from './span.js';

/** A journey as an indented tree: its state on top, one line a message and one a consumer, what a consumer made under it. */
export function treeOf(journey: Journey): string {
  const shown = new Set(journey.items.map(({ id }) => id));
  const children = Map.groupBy(journey.items, ({ parent, parentQueue }) => `${parent ?? ''} ${parentQueue ?? ''}`);
  const linesOf = (message: JourneyMessage, indent: string): string[] => [
    `${indent}${messageLine(message)}`,
    ...message.hops.flatMap((hop) => [
      `${indent}  ${hopLine(hop)}`,
      ...(children.get(`${message.id} ${hop.queue}`) ?? []).flatMap((child) => linesOf(child, `${indent}    `)),
    ]),
  ];
  const orphaned = ({ parent, parentQueue }: JourneyMessage) => parent === null || !shown.has(parent) || !hasHop(journey, parent, parentQueue);
  return [...headOf(journey), ...journey.items.filter(orphaned).flatMap((root) => linesOf(root, ''))].join('\n');
}

/** What made it may be unknown: then it stands for itself. */
const hasHop = ({ items }: Journey, parent: string, queue: string | null): boolean => items.some(({ id, hops }) => id === parent && hops.some((hop) => hop.queue === queue));

function headOf(journey: Journey): string[] {
  const { id, state, startedAt, endedAt, deadline, replayOf, replays, queues, totals, next } = journey;
  const { messages, handled, open, dead, discarded } = totals;
  const took = startedAt !== null && endedAt !== null ? ` after ${span(Date.parse(endedAt) - Date.parse(startedAt))}` : '';
  const since = state === 'stalled' ? `, open for longer than ${span(deadline)}` : '';
  const figures = Object.entries({ handled, open, dead, discarded }).filter(([, count]) => count > 0).map(([name, count]) => `${count.toLocaleString('en')} ${name}`); // prettier-ignore
  return [
    `${state}${took}${since}: journey ${id}, ${[counted(messages, 'message'), ...figures].join(', ')}`,
    ...(replayOf === null ? [] : [`  a replay of ${replayOf}`]),
    ...(replays.length === 0 ? [] : [`  replayed as ${replays.join(', ')}`]),
    ...queues.map(({ queue, open: waiting, since: from, reason, detail }) => `  at ${brief(queue)}: ${waiting.toLocaleString('en')}${from ? ` since ${from}` : ''}, ${reason}: ${brief(detail, 300)}`),
    ...(next === null ? [] : [`  the first ${counted(journey.items.length, 'message')} are shown: see --limit`]),
    '',
  ];
}

function messageLine({ id, contract, topic, flow, service, publishedAt, at, line, foreign, differs }: JourneyMessage): string {
  const what = contract ?? (topic === null ? 'a message that is not in the journal' : `${flow ?? ''} ${topic}`);
  const marks = [foreign ? 'foreign' : '', differs ? 'a copy differs' : ''].filter(Boolean).map((mark) => `, ${mark}`).join(''); // prettier-ignore
  return [`${brief(what, 80)} ${id}`, publishedAt ?? at ?? '', service ? `by ${brief(service)}` : '', line === null ? '' : JSON.stringify(brief(line))].filter(Boolean).join('  ') + marks;
}

function hopLine({ queue, state, attempt, redrive, attempts, instance, inHand, retryAt, error, deadLetter }: JourneyHop): string {
  const last = attempts.at(-1);
  const ended = ['handled', 'dead', 'discarded'].includes(state);
  return [
    `-> ${brief(queue)}: ${state}`,
    inHand ? `attempt ${attempt} at ${inHand.instance} since ${inHand.since}` : '',
    last && ended ? timesOf(last) : '',
    ended && instance ? `at ${instance}` : '',
    attempts.length > 1 ? counted(attempts.length, 'attempt') : '',
    redrive > 0 ? `redriven ${redrive === 1 ? 'once' : `${redrive} times`}` : '',
    state === 'retrying' && retryAt ? `attempt ${attempt} failed, next at ${retryAt}` : '',
    error && state !== 'handled' ? brief(`${error.name}: ${error.message}`, 100) : '',
    deadLetter !== null && state !== 'handled' ? `dead letter ${deadLetter}` : '',
  ].filter(Boolean).join(', '); // prettier-ignore
}

const timesOf = ({ waited, took }: JourneyAttempt): string => `${waited === null ? '' : `waited ${span(waited)}, `}took ${span(took)}`;
