import { Injectable, Logger } from '@nestjs/common';
import { OnBatch, type Delivery, type Refused } from '@warren/bus';
import { names } from '@warren/protocol';
import { readEntry, type Entry } from './entry.js';
import { JournalMetrics } from './journal.metrics.js';
import { JournalWriter } from './journal.writer.js';
import { isPoison } from './poison.js';

/** Feeds the journal. What it returns from is committed; what can never be is refused, and waits among the dead letters. */
@Injectable()
export class JournalConsumer {
  private readonly logger = new Logger('Journal');

  constructor(
    private readonly writer: JournalWriter,
    private readonly metrics: JournalMetrics,
  ) {}

  @OnBatch({ queue: names.journal, size: 500, detach: 'last' })
  async take(deliveries: Delivery[]): Promise<readonly Refused[]> {
    const came = new Map(deliveries.map((delivery) => [readEntry(delivery), delivery]));
    const entries = [...came.keys()];
    const unreadable = entries.flatMap((entry) => (entry.kind === 'poison' ? [{ entry, reason: entry.reason }] : []));
    const unwritable = await this.write(entries.filter(({ kind }) => kind !== 'poison'));
    return [...unreadable, ...unwritable].flatMap(({ entry, reason }) => this.refuse(came.get(entry), reason));
  }

  /** A batch that cannot be written for what is in it is halved until the one that cannot is alone. */
  private async write(entries: readonly Entry[]): Promise<Unjournaled[]> {
    const [first, ...others] = entries;
    if (!first) return [];
    try {
      this.metrics.wrote(entries, await this.writer.write(entries));
      return [];
    } catch (error) {
      if (!isPoison(error)) throw error;
      return others.length > 0 ? this.writeHalves(entries) : [{ entry: first, reason: `${describe(first)}: ${(error as Error).message}` }];
    }
  }

  private async writeHalves(entries: readonly Entry[]): Promise<Unjournaled[]> {
    const half = Math.ceil(entries.length / 2);
    return [...(await this.write(entries.slice(0, half))), ...(await this.write(entries.slice(half)))];
  }

  private refuse(delivery: Delivery | undefined, reason: string): Refused[] {
    if (!delivery) return [];
    this.metrics.refused();
    this.logger.error(`A record is not in the journal, it is a dead letter. ${reason}`);
    return [{ delivery, cause: { name: 'JournalError', message: reason } }];
  }
}

interface Unjournaled {
  entry: Entry;
  reason: string;
}

function describe(entry: Entry): string {
  return entry.kind === 'message' ? `message ${entry.message.envelope?.id ?? ''} on ${entry.message.exchange} ${entry.message.topic}` : entry.kind;
}
