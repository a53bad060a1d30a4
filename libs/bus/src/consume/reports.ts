import { Inject, Injectable } from '@nestjs/common';
import { journalTypes, names, newId, type HopReport } from '@warren/protocol';
import { Declarations } from '../topology/declarations.js';
import { BUS_OPTIONS, type BusOptions } from '../bus.options.js';

interface Waiting {
  report: HopReport;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/** One report holds at most so many hops, to stay well under the size of a frame that a broker likes. */
const mostHops = 500;

/** Tells the observer of finished hops. What ends while a report is under way goes together into the next: no timer, no waiting. */
@Injectable()
export class Reports {
  private waiting: Waiting[] = [];
  private sending = false;

  constructor(
    private readonly declarations: Declarations,
    @Inject(BUS_OPTIONS) private readonly options: BusOptions,
  ) {}

  /** Resolves when the broker has confirmed the report. */
  add(report: HopReport): Promise<void> {
    if (this.options.journal === false) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.waiting.push({ report, resolve, reject });
      if (!this.sending) void this.sendAll();
    });
  }

  private async sendAll(): Promise<void> {
    this.sending = true;
    // What else settles in this turn of the event loop belongs to the first batch.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.waiting.length > 0) await this.send(this.waiting.splice(0, mostHops));
    this.sending = false;
  }

  private async send(batch: readonly Waiting[]): Promise<void> {
    const { service, instance } = this.options;
    const body = Buffer.from(JSON.stringify({ service, instance, hops: batch.map(({ report }) => report) }));
    const properties = { messageId: newId(), type: journalTypes.hops, contentType: 'application/json' };
    try {
      await this.declarations.send({ exchange: names.journal, key: journalTypes.hops, body, properties });
      for (const { resolve } of batch) resolve();
    } catch (error) {
      for (const { reject } of batch) reject(error); // the hop's message waits in hand meanwhile
    }
  }
}
