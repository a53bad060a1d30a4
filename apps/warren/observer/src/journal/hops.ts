import { type HopReport } from '@warren/protocol';
import { type HopRow } from '../storage/journal.tables.js';

const isOpen = ({ outcome }: HopRow): boolean => outcome === 'open' || outcome === 'retried';
const keyOf = (message: string, queue: string): string => `${message} ${queue}`;

/** Who reported a hop; null: nobody of Warren's. */
export interface Reporter {
  service: string | null;
  instance: string | null;
}

/** The hops that a batch touches: those of the journal first, then changed by the batch's records in their order. */
export class Hops {
  private readonly byKey = new Map<string, HopRow>();
  private readonly byAlias = new Map<string, HopRow>();
  private readonly unclaimed = new Map<string, Set<HopRow>>();
  private readonly days = new Map<string, string>();
  private readonly touched = new Set<HopRow>();

  constructor(known: readonly HopRow[]) {
    for (const hop of known) this.index(hop);
  }

  get changed(): HopRow[] {
    return [...this.touched];
  }

  /** Where the hops of a message are, if there are any: its report may have come before it. */
  dayOf(message: string): string | undefined {
    return this.days.get(message);
  }

  /** A message was committed for this queue. A hop that its report has opened already stays. */
  open(hop: HopRow): void {
    if (this.byKey.has(keyOf(hop.message, hop.queue))) return;
    this.index(hop);
    this.touched.add(hop);
  }

  /**
   * An attempt has ended. The later report wins, except that dead and discarded stand until a redrive, and that a report which was held up
   * on its way undoes nothing that came after it. `unknown` makes the hop of a message or queue that the journal did not expect, or says that there is none.
   * @returns whether an attempt, maybe this one, was to be made again before
   */
  report(report: HopReport, reporter: Reporter, unknown: () => HopRow | undefined): boolean {
    const hop = this.find(report) ?? this.added(unknown());
    if (!hop || isPast(report, hop)) return false;
    const again = hop.outcome === 'retried';
    this.claim(hop, report.id);
    Object.assign(hop, reporter, endOf(report));
    this.touched.add(hop);
    return again;
  }

  private find({ id, queue, foreign }: HopReport): HopRow | undefined {
    const known = this.byKey.get(keyOf(id, queue)) ?? this.byAlias.get(keyOf(id, queue));
    if (known || foreign === undefined) return known;
    return earliest([...(this.unclaimed.get(keyOf(foreign, queue)) ?? [])].filter(isOpen));
  }

  private added(hop: HopRow | undefined): HopRow | undefined {
    if (hop) this.index(hop);
    return hop;
  }

  /** A foreign message has one id at the observer, and the one that its consumer gave it. */
  private claim(hop: HopRow, id: string): void {
    if (hop.message === id || hop.alias !== null) return;
    hop.alias = id;
    this.byAlias.set(keyOf(id, hop.queue), hop);
    this.unclaimed.get(keyOf(hop.digest ?? '', hop.queue))?.delete(hop);
  }

  private index(hop: HopRow): void {
    if (this.byKey.has(keyOf(hop.message, hop.queue))) return;
    this.byKey.set(keyOf(hop.message, hop.queue), hop);
    this.days.set(hop.message, hop.day);
    if (hop.alias !== null) this.byAlias.set(keyOf(hop.alias, hop.queue), hop);
    else if (hop.digest !== null) this.waiting(keyOf(hop.digest, hop.queue)).add(hop);
  }

  private waiting(key: string): Set<HopRow> {
    const waiting = this.unclaimed.get(key) ?? new Set();
    this.unclaimed.set(key, waiting);
    return waiting;
  }
}

/** An attempt that is postponed is reported again and again under one number: what was handled at it is not undone by one that was held up. */
function isPast({ redrive, attempt, outcome }: HopReport, hop: HopRow): boolean {
  if (redrive !== hop.redrive) return redrive < hop.redrive;
  if (attempt === hop.attempt && outcome === 'retried' && hop.outcome === 'handled') return true;
  return attempt < hop.attempt || hop.outcome === 'dead' || hop.outcome === 'discarded';
}

const earliest = (hops: readonly HopRow[]): HopRow | undefined => hops.toSorted((one, other) => one.openedSeq - other.openedSeq)[0];

function endOf({ outcome, attempt, redrive, startedAt, finishedAt, retryAt, children, error }: HopReport) {
  return {
    outcome, attempt, redrive, children,
    startedAt: new Date(startedAt),
    finishedAt: new Date(finishedAt),
    retryAt: outcome === 'retried' && retryAt !== undefined ? new Date(retryAt) : null,
    errorName: error?.name.replaceAll('\0', '') ?? null,
    errorMessage: error?.message.replaceAll('\0', '') ?? null,
  } satisfies Partial<HopRow>; // prettier-ignore
}
