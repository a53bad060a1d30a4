import { Injectable, Logger } from '@nestjs/common';
import { type JourneyEnd } from '@warren/protocol';
import { Metrics } from '@warren/service';
import { Counter } from 'prom-client';
import { EndedStore } from './ended.store.js';

/** Says what became of the messages that first has started: a line for each, which warns of what died, and how many on /metrics. */
@Injectable()
export class Ended {
  private readonly logger = new Logger('Ended');
  private readonly count: Counter;

  constructor(
    private readonly store: EndedStore,
    { registry }: Metrics,
  ) {
    const help = 'Journeys that first has started and that have ended, by how: one that died and came through later is counted as both.';
    this.count = new Counter({ name: 'relay_journeys_ended_total', help, labelNames: ['state'], registers: [registry] });
  }

  /** Once for each end, however often it is told. */
  note(end: JourneyEnd): Promise<void> {
    return this.store.once(end, () => this.say(end));
  }

  private say({ journey, state, startedAt, endedAt, deadLetters: [letter] }: JourneyEnd): void {
    this.count.inc({ state });
    const line = { journey, state, duration: Date.parse(endedAt) - Date.parse(startedAt) };
    if (letter) this.logger.warn({ ...line, queue: letter.queue, cause: `${letter.cause.name}: ${letter.cause.message}` });
    else this.logger.log(line);
  }
}
