import { Injectable, Logger } from '@nestjs/common';
import { OnBatch, type Delivery } from '@warren/bus';
import { names } from '@warren/protocol';
import { readEntry, type Entry } from './entry.js';
import { JournalMetrics } from './journal.metrics.js';
import { JournalWriter } from './journal.writer.js';
import { isPoison } from './poison.js';

/** Feeds the journal. What it returns from is acknowledged: committed, or poison that was logged. */
@Injectable()
export class JournalConsumer {
  private readonly logger = new Logger('Journal');

  constructor(
    private readonly writer: JournalWriter,
    private readonly metrics: JournalMetrics,
  ) {}

  @OnBatch({ queue: names.journal, size: 500, detach: 'last' })
  async take(deliveries: Delivery[]): Promise<void> {
    const entries = deliveries.map(readEntry);
    for (const entry of entries) if (entry.kind === 'poison') this.drop(entry.reason);
    await this.write(entries.filter(({ kind }) => kind !== 'poison'));
  }

  /** A batch that cannot be written for what is in it is halved until the one that cannot is alone. */
  private async write(entries: readonly Entry[]): Promise<void> {
    if (entries.length === 0) return;
    try {
      this.metrics.wrote(entries, await this.writer.write(entries));
    } catch (error) {
      if (!isPoison(error)) throw error;
      if (entries.length > 1) await this.writeHalves(entries);
      else this.drop(`${describe(entries[0])}: ${(error as Error).message}`);
    }
  }

  private async writeHalves(entries: readonly Entry[]): Promise<void> {
    const half = Math.ceil(entries.length / 2);
    await this.write(entries.slice(0, half));
    await this.write(entries.slice(half));
  }

  private drop(reason: string): void {
    this.metrics.dropped();
    this.logger.error(`A record is not in the journal. ${reason}`);
  }
}

function describe(entry: Entry | undefined): string {
  return entry?.kind === 'message' ? `message ${entry.message.envelope?.id ?? ''} on ${entry.message.exchange} ${entry.message.topic}` : String(entry?.kind);
}
