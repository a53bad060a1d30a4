import { type HopReport } from '@warren/protocol';
import { type HopRow } from '../storage/journal.tables.js';
import { dayOf } from './day.js';

/** What every hop begins with. */
export const openHop = {
  alias: null, digest: null, rootSeq: null, outcome: 'open', service: null, instance: null, startedAt: null, finishedAt: null,
  retryAt: null, children: 0, errorName: null, errorMessage: null,
} as const; // prettier-ignore

/** What the journal knows of a hop that it learns of by its report. */
interface Place {
  flow: string;
  seq: number;
  rootSeq: number | null;
  /** Milliseconds since the epoch. */
  now: number;
}

export function unexpectedHop(report: Omit<HopReport, 'outcome'>, { flow, seq, rootSeq, now }: Place): HopRow {
  const { id: message, journey, queue, consumer, attempt, redrive, startedAt } = report;
  return { ...openHop, day: dayOf(journey, startedAt, now), message, queue, consumer, flow, journey, openedSeq: seq, rootSeq, attempt, redrive, since: new Date(now) };
}
