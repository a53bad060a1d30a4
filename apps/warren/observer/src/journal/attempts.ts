import { type HopReport } from '@warren/protocol';
import { type EndedRedrive } from '../dead-letters/end-redrives.js';
import { type AttemptRow } from '../storage/journal.tables.js';
import { type Reporter } from './hops.js';

/** What a batch's reports say of messages that did not go through at once: nothing in most batches. */
export class Attempts {
  private readonly rows = new Map<string, AttemptRow>();
  /** The redrives that have ended well. */
  readonly redriven: EndedRedrive[] = [];

  /** @param again whether one was to be made again before: then even a first one that went well is kept, in place of what it was. */
  add(report: HopReport, reporter: Reporter, again: boolean): void {
    const { id: message, queue, redrive, attempt, outcome } = report;
    if (outcome === 'handled' && redrive > 0) this.redriven.push({ message, queue, redrive });
    if (outcome === 'handled' && redrive === 0 && attempt <= 1 && !again) return;
    const key = `${message} ${redrive} ${attempt} ${queue}`;
    const known = this.rows.get(key)?.outcome;
    if (known === 'dead' || (known === 'handled' && outcome === 'retried')) return;
    this.rows.set(key, attemptRow(report, reporter));
  }

  get all(): AttemptRow[] {
    return [...this.rows.values()];
  }
}

function attemptRow({ id: message, queue, redrive, attempt, outcome, startedAt, finishedAt, error, retryAt }: HopReport, { service, instance }: Reporter): AttemptRow {
  return {
    message, queue, redrive, attempt, outcome,
    service: service ?? '',
    instance: instance ?? '',
    startedAt: new Date(startedAt),
    finishedAt: new Date(finishedAt),
    errorName: error?.name.replaceAll('\0', '') ?? null,
    errorMessage: error?.message.replaceAll('\0', '') ?? null,
    retryAt: outcome === 'retried' && retryAt !== undefined ? new Date(retryAt) : null,
  }; // prettier-ignore
}
