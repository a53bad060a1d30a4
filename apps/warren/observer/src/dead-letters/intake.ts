import { Injectable } from '@nestjs/common';
import { type Delivery } from '@warren/bus';
import { Database } from '@warren/database';
import { Registry } from '../registry/registry.js';
import { loadRegistry } from '../registry/registry.store.js';
import { lockJournal } from '../storage/journal.lock.js';
import { type JournalTransaction } from '../storage/journal.tables.js';
import { storeDeadLetters, type StoredDeadLetter } from './dead-letters.store.js';
import { takeIntake, withoutCopies } from './intake.store.js';
import { readDeadLetter } from './read-dead-letter.js';
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
    const certain = !this.uncertain.has(source.queue);
    const stored = await this.database.transaction(async (tx) => {
      const letters = await this.store(tx, deliveries, source, certain ? 0 : 1);
      await also?.(tx, letters);
      this.uncertain.add(source.queue);
      return letters;
    });
    this.uncertain.delete(source.queue);
    return stored;
  }

  private async store(tx: JournalTransaction, deliveries: readonly Delivery[], source: Source, returns: number): Promise<StoredDeadLetter[]> {
    await lockJournal(tx);
    const redelivered = returns > 0 || deliveries.some((delivery) => delivery.redelivered);
    const { at, version, copiesSince } = await takeIntake(tx, source.queue, redelivered);
    if (version !== this.registry.version) this.registry = await loadRegistry(tx, version);
    const letters = deliveries.map((delivery) => readDeadLetter(delivery, source, this.registry));
    const fresh = await withoutCopies(tx, letters.map((letter) => ({ ...letter, returns: letter.returns + returns })), copiesSince);
    return storeDeadLetters(tx, fresh, at);
  }
}
