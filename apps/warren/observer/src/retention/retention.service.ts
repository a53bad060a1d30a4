import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { Database, sql } from '@warren/database';
import { dayAt } from '../journal/day.js';
import { observerConfig } from '../observer.config.js';
import { lockJournal } from '../storage/journal.lock.js';
import { type JournalTransaction } from '../storage/journal.tables.js';
import { dropPartitions, listPartitions, type Partition } from '../storage/partitions.js';
import { deleteAttempts } from './expired-attempts.js';
import { deleteExpired, forgetHours } from './expired-letters.js';
import { giveBack, shortenFlows, type Shortened } from './flow-retention.js';

const checkEvery = 60_000;
const oneDay = 86_400_000;

/** Drops the journal's oldest days when they are too old, or all of them too big, and those of single flows that have limits of their own; today's stays. Deletes dead letters, where a setting says after how long. */
@Injectable()
export class Retention implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(Retention.name);
  private timer: NodeJS.Timeout | undefined;
  private checking: Promise<void> | undefined;

  constructor(
    private readonly database: Database,
    @Inject(observerConfig.KEY) private readonly config: ConfigType<typeof observerConfig>,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.checkOnce(), checkEvery);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Deleting may take longer than the time between two checks. */
  private checkOnce(): Promise<void> {
    return (this.checking ??= this.check().finally(() => (this.checking = undefined)));
  }

  private async check(): Promise<void> {
    if (!this.database.ready) return;
    try {
      for (const day of await this.enforce()) this.logger.log(`The journal's ${day} was dropped.`);
      for (const { flow, day, messages } of await this.shorten()) this.logger.log(`Of the journal's ${day} ${messages} messages of the flow ${flow} were deleted.`);
      const letters = await this.expire();
      if (letters > 0) this.logger.log(`Dead letters older than ${this.config.retention.deadLetterDays} days were deleted: ${letters}.`);
      await this.giveBack();
    } catch (error) {
      this.logger.warn(`Retention waits for its next time: ${(error as Error).message}`);
    }
  }

  /** Does it at once. @returns the days that were dropped. */
  enforce(now = Date.now()): Promise<string[]> {
    return this.database.transaction(async (tx) => {
      await lockJournal(tx);
      // A long read of the journal keeps its partitions: nobody waits behind us for it, the next check tries again.
      await sql`set local lock_timeout = '500ms'`.execute(tx);
      const days = this.superfluous(await listPartitions(tx), now);
      for (const day of days) await dropPartitions(tx, day);
      await forgetMarkers(tx);
      await forgetHours(tx);
      await forgetJourneys(tx, new Date(now - this.config.retention.days * oneDay));
      return days;
    });
  }

  /** Deletes what is too old or too much of single flows: see shortenFlows. @returns what was deleted. */
  shorten(now = Date.now()): Promise<Shortened[]> {
    return shortenFlows(this.database, this.config.retention.flows, now);
  }

  /** Of single flows; of whole days it is given back at once. @throws when somebody reads what it was taken from, or may still see it */
  giveBack(): Promise<void> {
    return giveBack(this.database);
  }

  /** Deletes expired dead letters, and attempts with the journal's days. @returns how many dead letters. */
  async expire(now = Date.now()): Promise<number> {
    const { deadLetterDays } = this.config.retention;
    const letters = deadLetterDays === undefined ? 0 : await deleteExpired(this.database, new Date(now - deadLetterDays * oneDay));
    await deleteAttempts(this.database, await this.oldestDay(now));
    return letters;
  }

  private async oldestDay(now: number): Promise<Date> {
    const [oldest] = await this.database.transaction((tx) => listPartitions(tx));
    return new Date(oldest?.day ?? dayAt(now));
  }

  private superfluous(partitions: readonly Partition[], now: number): string[] {
    const { days, bytes } = this.config.retention;
    let total = partitions.reduce((sum, partition) => sum + partition.bytes, 0);
    return partitions.flatMap((partition) => {
      const drop = partition.day < dayAt(now - days * oneDay) || (total > bytes && partition.day < dayAt(now));
      if (drop) total -= partition.bytes;
      return drop ? [partition.day] : [];
    });
  }
}

/** What is kept of journeys beside the journal goes with them; what a source has not been told is not told any more. */
async function forgetJourneys(tx: JournalTransaction, before: Date): Promise<void> {
  await sql`delete from replays where at < ${before}::timestamptz and state <> 'replaying'`.execute(tx);
  await sql`delete from rooted where started < ${before}::timestamptz`.execute(tx);
  await sql`delete from ends where at < ${before}::timestamptz`.execute(tx);
}

/** They are asked for within seconds. */
async function forgetMarkers(tx: JournalTransaction): Promise<void> {
  await sql`delete from markers where at < now() - interval '1 day'`.execute(tx);
}
