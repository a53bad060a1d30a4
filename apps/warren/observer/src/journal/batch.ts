import { newId, type Announcement, type HopReports } from '@warren/protocol';
import { consumersOf, contractsOf, type Registry } from '../registry/registry.js';
import { type Position } from '../storage/journal.lock.js';
import { type HopRow, type MessageRow } from '../storage/journal.tables.js';
import { type ForeignMessage } from '../storage/messages.store.js';
import { type RootedJourney } from '../ends/ends.store.js';
import { Attempts } from './attempts.js';
import { type Arrival, type Entry } from './entry.js';
import { Hops } from './hops.js';
import { openHop, unexpectedHop } from './open-hop.js';
import { messageRow } from './message-row.js';

/** What the journal knows already of what a batch is about. */
export interface Known {
  /** Digest by message id. */
  messages: ReadonlyMap<string, string>;
  foreign: readonly ForeignMessage[];
  hops: readonly HopRow[];
  /** Seq by id of a journey's root. */
  roots: ReadonlyMap<string, number>;
}

/** One batch, record by record in the order of the queue: what has to be written for it. */
export class Batch {
  readonly messages: MessageRow[] = [];
  readonly markers: { id: string; seq: number }[] = [];
  readonly announcements: Announcement[] = [];
  /** Queues of consumers that are retired, as of the end of the batch. */
  readonly retired = new Set<string>();
  /** Ids of messages of which a copy with another digest came. */
  readonly differing: string[] = [];
  /** Ids of foreign messages of which a copy came. */
  readonly copied: string[] = [];
  readonly hops: Hops;
  readonly attempts = new Attempts();
  /** Roots of sources that are told how their journeys end. */
  readonly rooted: RootedJourney[] = [];
  private readonly digests: Map<string, string>;
  private readonly roots: Map<string, number>;
  private readonly foreign: ForeignMessage[];

  constructor(
    private readonly position: Position,
    known: Known,
    private readonly registry: Registry,
    /** The run that messages without one belong to. */
    private readonly run: number,
  ) {
    this.hops = new Hops(known.hops);
    this.digests = new Map(known.messages);
    this.roots = new Map(known.roots);
    this.foreign = [...known.foreign];
  }

  add(entry: Entry, seq: number): void {
    if (entry.kind === 'message') this.addMessage(entry.message, seq);
    if (entry.kind === 'hops') this.addReports(entry.reports, seq);
    if (entry.kind === 'announcement') this.addAnnouncement(entry.announcement);
    if (entry.kind === 'retirement') this.addRetirement(entry.queue);
    if (entry.kind === 'marker') this.markers.push({ id: entry.id, seq });
  }

  private addMessage(arrival: Arrival, seq: number): void {
    if (this.isCopy(arrival)) return;
    const id = arrival.envelope?.id ?? newId();
    const row = messageRow(arrival, { id, seq, run: this.run, now: this.position.at.getTime(), day: this.hops.dayOf(id) }, this.registry);
    this.messages.push(row);
    this.digests.set(id, row.digest);
    if (id === row.journey) this.addRoot(row, seq, arrival.envelope?.source);
    this.openHops(row);
  }

  private addRoot({ id: journey, service, published }: MessageRow, seq: number, source: string | undefined): void {
    this.roots.set(journey, seq);
    if (source !== undefined) this.rooted.push({ journey, source: source.replaceAll('\0', ''), service: service ?? '', started: published ?? this.position.at });
  }

  private isCopy({ envelope, digest, returns }: Arrival): boolean {
    if (!envelope) return this.isForeignCopy(digest, returns);
    const first = this.digests.get(envelope.id);
    if (first !== undefined && first !== digest) this.differing.push(envelope.id);
    return first !== undefined;
  }

  /** Foreign messages may be equal; only one that the broker gives out again is a copy, and of each only once for every time. */
  private isForeignCopy(digest: string, returns: number): boolean {
    const index = this.foreign.findIndex((message) => message.digest === digest && message.copies < returns);
    if (index < 0) return false;
    this.copied.push(...this.foreign.splice(index, 1).map(({ id }) => id));
    return true;
  }

  private openHops(row: MessageRow): void {
    for (const { queue, name: consumer, flow } of this.registry.consumersOf(row.exchange, row.topic)) {
      const { day, id: message, journey, seq, attempt, redrive } = row;
      const digest = row.foreign ? row.digest : null;
      this.hops.open({ ...openHop, day, message, queue, consumer, flow, journey, digest, openedSeq: seq, rootSeq: this.rootSeq(journey), attempt, redrive, since: this.position.at });
    }
  }

  private addReports({ hops, service, instance }: HopReports, seq: number): void {
    const now = this.position.at.getTime();
    for (const report of hops) {
      const flow = this.registry.flowOfQueue(report.queue) ?? '';
      const again = this.hops.report(report, { service, instance }, () => unexpectedHop(report, { flow, seq, rootSeq: this.rootSeq(report.journey), now }));
      this.attempts.add(report, { service, instance }, again);
    }
  }

  /** What came before it in the queue was not routed to its consumers: they are not expected to report on that. */
  private addAnnouncement(announcement: Announcement): void {
    this.announcements.push(announcement);
    this.registry.add(contractsOf(announcement), consumersOf(announcement));
    for (const { queue } of announcement.consumers) this.retired.delete(queue);
  }

  /** What comes after it in the queue is not expected to be reported by that consumer. */
  private addRetirement(queue: string): void {
    this.retired.add(queue);
    this.registry.retire(queue);
  }

  private rootSeq(journey: string): number | null {
    return this.roots.get(journey) ?? null;
  }
}
