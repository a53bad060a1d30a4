import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Redriver, UnroutableError } from '@warren/bus';
import { Database, sql } from '@warren/database';
import { endType, type JourneyEnd } from '@warren/protocol';
import { failpoint } from '@warren/service';
import { type JournalTransaction } from '../storage/journal.tables.js';

/** Milliseconds between two looks for what is to be told. */
const pollEvery = 250;
/** Seconds until one is tried again whose queue is gone: its service declares it. */
const laterBy = 5;
const atOnce = 100;
/** Milliseconds that a stop waits for what is in hand, which the broker may be too far away to confirm. */
const patience = 5_000;

interface Noted {
  id: string;
  queue: string;
  body: JourneyEnd;
}

/** Tells sources of their journeys' ends: published, confirmed, then deleted. A crash between the last two tells it twice, with the same id. */
@Injectable()
export class EndsRelay implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Ends');
  private readonly stopping = new AbortController();
  private running = Promise.resolve();
  /** Why it could not go on, as it was said last. */
  private trouble = '';

  constructor(
    private readonly database: Database,
    private readonly redriver: Redriver,
  ) {}

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
      const told = this.database.ready ? await this.tell().catch((error: unknown) => this.waits(error)) : 0;
      if (told < atOnce) await delay(pollEvery, undefined, { signal }).catch(() => undefined); // aborted: the loop ends
    }
  }

  /** @returns how many it has come to. */
  private tell(): Promise<number> {
    return this.database.transaction(async (tx) => {
      await sql`set local idle_in_transaction_session_timeout = '30s'`.execute(tx);
      const { rows } = await sql<Noted>`select id, queue, body from ends where due <= clock_timestamp() order by due limit ${atOnce} for update skip locked`.execute(tx);
      if (rows.length === 0) return 0;
      const told = await Promise.all(rows.map((end) => this.publish(end)));
      failpoint('end.published');
      await forget(tx, rows.filter((_, index) => told[index]).map(({ id }) => id));
      await later(tx, rows.filter((_, index) => !told[index]).map(({ id }) => id)); // prettier-ignore
      return rows.length;
    });
  }

  /** @returns false where its queue is gone. @throws what may pass */
  private async publish({ id, queue, body }: Noted): Promise<boolean> {
    const message = { queue, id, journey: body.journey, type: endType, service: 'observer', redrive: 0, contentType: 'application/json', headers: {}, body: Buffer.from(JSON.stringify(body)) };
    try {
      await this.redriver.publish(message);
      return true;
    } catch (error) {
      if (!(error instanceof UnroutableError)) throw error;
      this.waits(new Error(`There is no queue "${queue}": start the service of source "${body.source}", which declares it.`));
      return false;
    }
  }

  private waits(error: unknown): number {
    const reason = error instanceof Error ? error.message : String(error);
    if (reason !== this.trouble) this.logger.warn(`Ends of journeys wait: ${reason}`);
    this.trouble = reason;
    return 0;
  }
}

const forget = (tx: JournalTransaction, ids: readonly string[]) => sql`delete from ends where id = any(${ids}::uuid[])`.execute(tx);
const later = (tx: JournalTransaction, ids: readonly string[]) =>
  sql`update ends set due = clock_timestamp() + ${laterBy} * interval '1 second' where id = any(${ids}::uuid[])`.execute(tx);
