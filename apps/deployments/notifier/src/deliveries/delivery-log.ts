import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { Database, sql } from '@warren/database';
import { type AttemptTable, type Tables } from '../storage/tables.js';

/** What a message's way to a target has come to now. */
export interface Standing {
  message: string;
  target: string;
  journey: string;
  release: string;
  state: 'delivered' | 'waiting' | 'dead';
  /** When the message is due again, where it waits. */
  next_at: Date | null;
}

export type Attempt = Omit<AttemptTable, 'id' | 'message' | 'target'>;

interface Entry {
  standing: Standing;
  attempt?: Attempt;
  done: () => void;
}

const most = 200;
const pause = 500;

/** Writes down what was delivered. What ends while a write is under way goes together into the next one. */
@Injectable()
export class DeliveryLog {
  private readonly logger = new Logger(DeliveryLog.name);
  private waiting: Entry[] = [];
  private writing = false;

  constructor(private readonly database: Database<Tables>) {}

  /**
   * Resolves when it is stored. While the database is away it waits, with the message in hand: an attempt that was made is not made again only because it
   * could not be written down.
   */
  add(standing: Standing, attempt?: Attempt): Promise<void> {
    return new Promise((done) => {
      this.waiting.push({ standing, attempt, done });
      if (!this.writing) void this.writeAll();
    });
  }

  private async writeAll(): Promise<void> {
    this.writing = true;
    // What else settles in this turn of the event loop belongs to the first batch.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, most);
      await this.persist(batch);
      for (const { done } of batch) done();
    }
    this.writing = false;
  }

  private async persist(batch: readonly Entry[]): Promise<void> {
    for (let said = ''; ; ) {
      try {
        await this.write(batch);
        return;
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        if (said !== (said = reason)) this.logger.warn(`Deliveries wait to be written down: ${reason}`);
        await delay(pause);
      }
    }
  }

  private async write(batch: readonly Entry[]): Promise<void> {
    const standings = [...new Map(batch.map(({ standing }) => [`${standing.message} ${standing.target}`, storable(standing)])).values()];
    const attempts = batch.flatMap(({ standing: { message, target }, attempt }) => (attempt ? [storable({ message, target, ...attempt })] : []));
    await sql`
      with stored as (
        insert into deliveries (message, target, journey, release, state, next_at)
        select message, target, journey, release, state, next_at from jsonb_populate_recordset(null::deliveries, ${JSON.stringify(standings)}::jsonb)
        on conflict (message, target) do update set state = excluded.state, next_at = excluded.next_at, changed_at = now()
      )
      insert into attempts (message, target, at, attempt, redrive, instance, ms, status, outcome, error, body)
      select message, target, at, attempt, redrive, instance, ms, status, outcome, error, body
      from jsonb_populate_recordset(null::attempts, ${JSON.stringify(attempts)}::jsonb)`.execute(this.database.kysely);
  }
}

/** Postgres' text has no NUL and no half of a surrogate pair; what others answer may have both. */
const storable = <T extends object>(row: T): T =>
  Object.fromEntries(Object.entries(row).map(([column, value]) => [column, typeof value === 'string' ? value.replaceAll('\0', '').toWellFormed() : (value as unknown)])) as T;
