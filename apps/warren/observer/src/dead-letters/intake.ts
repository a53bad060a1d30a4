import { Injectable } from '@nestjs/common';
import { type Delivery } from '@warren/bus';
import { Database } from '@warren/database';
import { Registry } from '../registry/registry.js';
import { loadRegistry } from '../registry/registry.store.js';
import { lockJournal } from '../storage/journal.lock.js';
import { type JournalTransaction } from '../storage/journal.tables.js';
import { closeHops } from './close-hops.js';
import { storeDeadLetters, type StoredDeadLetter } from './dead-letters.store.js';
import { settleIntake, takeIntake, withoutCopies } from './intake.store.js';
import { readDeadLetter, type NewDeadLetter } from './read-dead-letter.js';
import { type Source } from './whence.js';

/** What belongs to a batch in its transaction. */
export type Also = (tx: JournalTransaction, stored: readonly StoredDeadLetter[]) => Promise<void>;

/** Takes dead letters in: those of Warren's own queue, and those that an operator adopts. */
@Injectable()
export class Intake {
  /** As of the last batch. */
  private registry = new Registry(-1);
  /** Queues whose last commit was sent and never answered: what it held may be stored. */
  private readonly uncertain = new Set<string>();

  constructor(private readonly database: Database) {}

  /**
   * Resolves when the batch is committed and may be acknowledged. Taken in again after a failure, it changes nothing that is there already.
   * Nothing is refused for what it contains. `also` is done in the same transaction. @returns those that were new.
   */
  async takeIn(deliveries: readonly Delivery[], source: Source, also?: Also): Promise<StoredDeadLetter[]> {
    await this.database.start(); // its tables are there then
    // Postgres ends a transaction that idles: long bodies are read before it begins.
    const letters = this.read(deliveries, source);
    const stored = await this.database.transaction(async (tx) => {
      const added = await this.store(tx, letters, source, () => this.read(deliveries, source));
      await also?.(tx, added);
      this.uncertain.add(source.queue);
      return added;
    });
    this.uncertain.delete(source.queue);
    return stored;
  }

  /**
   * To be called when the broker is known to have all acknowledgements of a queue: from then on a message that it gives out again is no copy,
   * however equal it is to one that was taken in.
   */
  async settle({ queue }: Pick<Source, 'queue'>): Promise<void> {
    await settleIntake(this.database.kysely, queue);
  }

  private async store(tx: JournalTransaction, read: readonly NewDeadLetter[], { queue }: Source, readAnew: () => NewDeadLetter[]): Promise<StoredDeadLetter[]> {
    await lockJournal(tx);
    const uncertain = this.uncertain.has(queue);
    const { at, version, copiesSince } = await takeIntake(tx, queue, uncertain || read.some(({ returns }) => returns > 0));
    const known = version === this.registry.version;
    if (!known) this.registry = await loadRegistry(tx, version);
    const letters = await withoutCopies(tx, known ? read : readAnew(), { since: copiesSince, uncertain });
    const stored = await storeDeadLetters(tx, letters, at);
    await closeHops(tx, letters, { at, registry: this.registry });
    return stored;
  }

  private read(deliveries: readonly Delivery[], source: Source): NewDeadLetter[] {
    return deliveries.map((delivery) => readDeadLetter(delivery, source, this.registry));
  }
}
