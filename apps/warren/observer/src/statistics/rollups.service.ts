import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Database } from '@warren/database';
import { type JournalTransaction } from '../storage/journal.tables.js';
import { rollHour } from './hour.js';
import { rollMinute } from './minute.js';
import { clear, deleteOld, dueSlots, finish, revisionOf, settledUntil, takeTurn, type Slot } from './slots.store.js';

/** Milliseconds between two looks for what is to be rolled up: no slot is more often, however much comes late. */
const pollEvery = 10_000;
/** Until the database is there. */
const standBy = 250;
/** Milliseconds that a stop waits for the slot in hand. */
const patience = 5_000;

/**
 * Rolls up what is past, so that wide windows of statistics are read soon. A slot says what was true when it was rolled up: what comes late has it rolled up anew; what
 * moves on from there (a message that is postponed again, a journey that a redrive opens again) stays counted in it, and counts again where it ends again.
 */
@Injectable()
export class Rollups implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Statistics');
  private readonly stopping = new AbortController();
  private running = Promise.resolve();
  /** Why it could not go on, as it was said last. */
  private trouble = '';

  constructor(private readonly database: Database) {}

  onApplicationBootstrap(): void {
    this.running = this.run();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await Promise.race([this.running, delay(patience, undefined, { ref: false })]);
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const ready = this.database.ready;
      if (ready) await this.rollUp().catch((error: unknown) => this.waits(error));
      await delay(ready ? pollEvery : standBy, undefined, { signal }).catch(() => undefined); // aborted: the loop ends
    }
  }

  /**
   * Does at once what is due, each slot in a transaction of its own, for which the journal does not wait. One that is too much is passed by; two in a row say that the
   * database is. @returns how many slots
   */
  async rollUp(): Promise<number> {
    const until = await this.database.transaction(settledUntil);
    await this.database.transaction((tx) => deleteOld(tx, until));
    let [rolled, failures] = [0, 0];
    for (const slot of await this.database.transaction((tx) => dueSlots(tx, until))) {
      if (this.stopping.signal.aborted || failures === 2) break;
      try {
        if (await this.database.transaction((tx) => roll(tx, slot))) rolled += 1;
        failures = 0;
      } catch (error) {
        this.waits(error);
        failures += 1;
      }
    }
    return rolled;
  }

  private waits(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    if (reason !== this.trouble) this.logger.warn(`Rollups wait for their next time: ${reason}`);
    this.trouble = reason;
  }
}

/** @returns false where there is nothing to do, or it has to be done again. */
async function roll(tx: JournalTransaction, slot: Slot): Promise<boolean> {
  if (!(await takeTurn(tx))) return false;
  const revision = await revisionOf(tx, slot);
  if (revision === undefined) return false;
  await clear(tx, slot);
  await (slot.minutes === 1 ? rollMinute : rollHour)(tx, slot.slot);
  return finish(tx, slot, revision);
}
