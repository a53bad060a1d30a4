import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { sql, type Database } from '@warren/database';
import { tickId, type Command } from '@warren/protocol';
import type { DeclaredSource } from '../consume/handlers.js';
import type { Publisher } from '../publish/publisher.js';

/** How often an instance that did not emit looks again, in milliseconds: so soon another takes over. */
const look = 250;

/**
 * One timer source of one instance. All instances share one row per run, with the number reached and when the next is due: whoever
 * locks the row when it is due emits. Source: docs/protocol.md, Lifecycle.
 */
export class TimerSource {
  private readonly logger = new Logger('Source');
  private stop: AbortController | undefined;
  private running: Promise<void> | undefined;

  constructor(
    private readonly source: DeclaredSource,
    private readonly database: Database,
    private readonly publisher: Publisher,
  ) {}

  /** Starts ticking in the command's run: the first tick comes one interval after the epoch was first heard by any instance. */
  open(command: Command): void {
    if (this.stop) return;
    this.stop = new AbortController();
    this.running = this.work(command, this.stop.signal);
  }

  /** Resolves when the tick in hand, if any, is done. */
  async close(): Promise<void> {
    this.stop?.abort();
    await this.running;
    this.stop = undefined;
  }

  private async work(command: Command, stopped: AbortSignal): Promise<void> {
    let armed = false;
    while (!stopped.aborted) {
      try {
        armed ||= await this.arm(command);
        if (armed && (await this.tick(command.run)) === 'ended') return;
      } catch (error) {
        this.logger.warn(`${this.source.name}: ${error instanceof Error ? error.message : String(error)}`);
      }
      await delay(await this.wait(command.run), undefined, { signal: stopped }).catch(() => undefined); // aborted: the loop ends
    }
  }

  /** False while the database, and with it the table, is not there yet. */
  private async arm({ run, epoch }: Command): Promise<boolean> {
    const { name, every } = this.source;
    if (!this.database.ready) return false;
    await sql`insert into timer_source (name, run, due, epoch) values (${name}, ${run}, now() + ${every} * interval '1 ms', ${epoch})
      on conflict (name, run) do update set due = excluded.due, epoch = excluded.epoch where timer_source.epoch < excluded.epoch`.execute(
      this.database.kysely,
    );
    return true;
  }

  /** Emits when due, unless another instance is doing it. The row moves on only after the broker has confirmed. `ended`: the run has had them all. */
  private async tick(run: number): Promise<'ended' | undefined> {
    const { name, every, most = Infinity, contract, method, ends } = this.source;
    return this.database.transaction(async (transaction) => {
      await sql`set local idle_in_transaction_session_timeout = '5s'`.execute(transaction);
      const locked = await sql<{ n: number }>`select n from timer_source where name = ${name} and run = ${run} and due <= now()
        for update skip locked`.execute(transaction);
      const row = locked.rows[0];
      if (!row) return undefined;
      const n = row.n + 1;
      if (n > most) return 'ended';
      await this.publisher.publish({ contract, payload: method({ n, run }) }, tickId(name, run, n), ends && name);
      await sql`update timer_source set n = ${n}, due = greatest(due + ${every} * interval '1 ms', now())
        where name = ${name} and run = ${run}`.execute(transaction);
      return undefined;
    });
  }

  /** Milliseconds until it is worth looking again, by the database's clock. */
  private async wait(run: number): Promise<number> {
    const found = await sql<{ ms: number }>`select extract(epoch from due - now())::float8 * 1000 as ms from timer_source
      where name = ${this.source.name} and run = ${run}`
      .execute(this.database.kysely)
      .catch(() => undefined); // the database is away: tick() has said so
    return Math.min(Math.max(found?.rows[0]?.ms ?? look, 1), look);
  }
}
