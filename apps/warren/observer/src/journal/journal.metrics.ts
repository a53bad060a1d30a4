import { Injectable } from '@nestjs/common';
import { Metrics } from '@warren/service';
import { Counter, Gauge, Histogram } from 'prom-client';
import { type Batch } from './batch.js';
import { type Entry } from './entry.js';

/** What Prometheus can see of the journal. */
@Injectable()
export class JournalMetrics {
  private readonly rows: Counter;
  private readonly poison: Counter;
  private readonly batch: Histogram;
  private readonly lag: Gauge;

  constructor({ registry }: Metrics) {
    const registers = [registry];
    this.rows = new Counter({ name: 'warren_journal_messages_total', help: 'Messages added to the journal.', registers });
    this.poison = new Counter({ name: 'warren_journal_refused_total', help: 'Records that could not be journaled and are dead letters.', registers });
    this.batch = new Histogram({ name: 'warren_journal_batch_records', help: 'Records written in one transaction.', buckets: [1, 10, 50, 100, 250, 500], registers });
    this.lag = new Gauge({ name: 'warren_journal_lag_seconds', help: 'From the publish of the last journaled message to its commit.', registers });
  }

  wrote(entries: readonly Entry[], { messages }: Batch): void {
    this.rows.inc(messages.length);
    this.batch.observe(entries.length);
    const published = entries.findLast((entry) => entry.kind === 'message' && entry.message.envelope !== undefined);
    if (published?.kind === 'message' && published.message.envelope) this.lag.set((Date.now() - published.message.envelope.at) / 1000);
  }

  refused(): void {
    this.poison.inc();
  }
}
