import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { ControlPlane } from '@warren/bus';
import { Database, InjectReader, sql } from '@warren/database';
import { type FlowOpen, journalTypes, type Marker, names, newId } from '@warren/protocol';

/** Milliseconds between two looks at the journal. */
const lookEvery = 50;

export interface Quiet {
  /** Null: not yet. */
  quietAt: string | null;
  /** What is still under way, per flow. */
  open: FlowOpen[];
}

/** Tells when nothing that was started before is under way any more. Source: docs/protocol.md, Lifecycle. */
@Injectable()
export class QuietService {
  private readonly logger = new Logger(QuietService.name);

  constructor(
    private readonly control: ControlPlane,
    @InjectReader() private readonly journal: Database,
  ) {}

  /**
   * Waits until the observer has committed all that was published before now, and no hop of it is open; or for the deadline
   * (milliseconds since the epoch). Call it when the sources are closed.
   */
  async wait(deadline: number, lost?: AbortSignal): Promise<Quiet> {
    const marker = newId();
    const mark: Marker = { id: marker };
    const { marker: type } = journalTypes;
    this.control.send({ exchange: names.journal, key: type, type, body: mark }).catch((error: unknown) => this.logger.warn(`The marker was not sent: ${String(error)}`));
    for (;;) {
      lost?.throwIfAborted();
      const seen = await this.look(marker);
      if (seen.quietAt || Date.now() >= deadline) return seen;
      await delay(lookEvery);
    }
  }

  private async look(marker: string): Promise<Quiet> {
    try {
      return await this.read(marker);
    } catch (error) {
      this.logger.debug(`The journal cannot be read: ${String(error)}`);
      return { quietAt: null, open: [] };
    }
  }

  /** Before the marker is committed all open hops count, afterwards those of journeys that were rooted before it. */
  private async read(marker: string): Promise<Quiet> {
    const { rows: [committed] } = await sql<{ seq: number }>`select seq from markers where id = ${marker}`.execute(this.journal.kysely);
    const before = committed ? sql`coalesce(root_seq, opened_seq) <= ${committed.seq}` : sql`true`;
    const { rows: open } = await sql<FlowOpen>`
      select flow, count(*) as open, count(retry_at) as "waitingForRetry"
      from open_hops where ${before} group by flow order by flow`.execute(this.journal.kysely);
    return { quietAt: committed && open.length === 0 ? new Date().toISOString() : null, open };
  }
}
