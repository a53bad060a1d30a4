import { type Operation } from '@warren/protocol';

export const hasEnded = ({ state }: Operation): boolean => ['done', 'aborted', 'failed'].includes(state);

/** `redrive 0191f6a2-…: done, 1,000 of 1,000: 985 handled, 12 open, 3 dead again` */
export function summaryOf(operation: Operation): string {
  const { id, kind, state, done, total, problem } = operation;
  const outcomes = outcomesOf(operation);
  return `${kind} ${id}: ${state}, ${number(done)} of ${number(total)}${outcomes && `: ${outcomes}`}${problem ? `; ${problem}` : ''}`;
}

export function outcomesOf({ outcomes: { handled, open, deadAgain, discarded, adopted, replayed, refused } }: Operation): string {
  const all = { handled, open, 'dead again': deadAgain, discarded, adopted, replayed, refused };
  return Object.entries(all).filter(([, count]) => count > 0).map(([name, count]) => `${number(count)} ${name}`).join(', '); // prettier-ignore
}

const number = (count: number): string => count.toLocaleString('en');
