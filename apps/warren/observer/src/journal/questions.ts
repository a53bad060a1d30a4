import { type HopReport } from '@warren/protocol';
import { type HopSearch } from '../storage/hops.store.js';
import { daysOf } from './day.js';
import { type Arrival, type Entry } from './entry.js';

/** What has to be asked of the journal before a batch is added to it: all of the batch at once. */
export interface Questions {
  ids: string[];
  /** Where those may be. */
  days: string[];
  /** Of foreign messages that may be copies. */
  digests: string[];
  /** Whose roots' seqs are wanted. */
  journeys: string[];
  hops: HopSearch;
}

export function questionsOf(entries: readonly Entry[], now: number): Questions {
  const arrivals = entries.flatMap((entry) => (entry.kind === 'message' ? [entry.message] : []));
  const envelopes = arrivals.flatMap(({ envelope }) => (envelope ? [envelope] : []));
  return {
    ids: unique(envelopes.map(({ id }) => id)),
    days: unique(envelopes.flatMap(({ journey, at }) => daysOf(journey, at, now))),
    digests: unique(arrivals.filter(mayBeForeignCopy).map(({ digest }) => digest)),
    journeys: unique(envelopes.filter(({ id, journey }) => id !== journey).map(({ journey }) => journey)),
    hops: hopSearch(entries.flatMap((entry) => (entry.kind === 'hops' ? entry.reports.hops : [])), envelopes.map(({ id }) => id)),
  }; // prettier-ignore
}

const mayBeForeignCopy = ({ envelope, returns }: Arrival): boolean => envelope === undefined && returns > 0;

/** New messages are asked for too: a report may have been quicker than the message it is about. */
export function hopSearch(reports: readonly HopReport[], messages: readonly string[] = []): HopSearch {
  const foreign = new Map<string, HopSearch['foreign'][number]>();
  for (const { foreign: digest, queue } of reports) {
    if (digest === undefined) continue;
    const key = `${digest} ${queue}`;
    foreign.set(key, { digest, queue, reports: (foreign.get(key)?.reports ?? 0) + 1 });
  }
  return { ids: unique([...messages, ...reports.map(({ id }) => id)]), foreign: [...foreign.values()] };
}

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];
