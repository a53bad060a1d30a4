import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { ControlPlane } from '@warren/bus';
import { Database, InjectReader, sql } from '@warren/database';
import { journalTypes, type Marker, names, newId, timeOfId } from '@warren/protocol';

/** Milliseconds that a probe is waited for: an observer that keeps up has committed it by then. */
const patience = 500;
const lookEvery = 25;

/**
 * Finds out how old what is journalled is. A marker goes through the same queue as all else, first in, first out, and its id has the time at which it was sent: what is
 * committed shows that all before it is, whichever gateway sent it, and however long no observer runs.
 */
@Injectable()
export class Probes {
  private readonly logger = new Logger(Probes.name);
  /** Id of the last one that this gateway sent. */
  private last: string | undefined;

  constructor(
    private readonly control: ControlPlane,
    @InjectReader() private readonly journal: Database,
  ) {}

  /** Sends one, and waits for none. */
  send(): string {
    const mark: Marker = { id: newId() };
    const { marker: type } = journalTypes;
    this.control.send({ exchange: names.journal, key: type, type, body: mark }).catch((error: unknown) => this.logger.debug(`A probe was not sent: ${String(error)}`));
    return (this.last = mark.id);
  }

  /**
   * Sends one where none is under way: who asks again and again while no observer runs is not to fill the queue.
   * @returns seconds since the newest that is journalled was sent, of the one that was sent now until it was journalled; null: none ever was.
   */
  async seconds(): Promise<number | null> {
    let newest = await this.newest();
    const { last } = this;
    const probe = last !== undefined && (newest === undefined || newest < last) ? last : this.send();
    const since = Date.now();
    while (newest !== undefined && newest < probe && Date.now() - since < patience) {
      await delay(lookEvery);
      newest = await this.newest();
    }
    const sent = newest === undefined ? undefined : timeOfId(newest < probe ? newest : probe);
    return sent === undefined ? null : Math.max(0, Date.now() - sent) / 1_000;
  }

  /** Ids sort by their time. */
  private async newest(): Promise<string | undefined> {
    const { rows: [last] } = await sql<{ id: string }>`select id from markers order by id desc limit 1`.execute(this.journal.kysely); // prettier-ignore
    return last?.id;
  }
}
