import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, Logger, Optional, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Database, sql, type Transaction } from '@warren/database';
import { headers, names, writeEnvelope } from '@warren/protocol';
import { PermanentError, SourcesClosedError, UnroutableError } from '../bus.errors.js';
import { BUS_OPTIONS, type BusOptions } from '../bus.options.js';
import { causeOf } from '../consume/cause.js';
import { Publisher } from '../publish/publisher.js';
import { Declarations } from '../topology/declarations.js';

interface Row {
  id: number;
  message: string;
  exchange: string;
  topic: string;
  type: string;
  payload: string;
}

/** How often it looks for what other instances have added, in milliseconds. */
const look = 250;
const most = 100;

/**
 * Publishes what the outbox holds, in its order, and deletes what the broker has confirmed. One instance of the service does at a time; a crash between the two
 * publishes a message again with the same id. Source: docs/protocol.md, Lifecycle.
 */
@Injectable()
export class OutboxRelay implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Outbox');
  private readonly stopped = new AbortController();
  private wake = new AbortController();
  private running: Promise<void> | undefined;

  constructor(
    private readonly publisher: Publisher,
    private readonly declarations: Declarations,
    @Inject(BUS_OPTIONS) private readonly options: BusOptions,
    @Optional() private readonly database?: Database,
  ) {}

  onApplicationBootstrap(): void {
    if (this.database) this.running = this.run(this.database);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  /** There is something to publish. */
  nudge(): void {
    this.wake.abort();
  }

  private async run(database: Database): Promise<void> {
    while (!this.stopped.signal.aborted) {
      this.wake = new AbortController();
      const more = await this.look(database).catch((error: unknown) => this.logger.warn(error instanceof Error ? error.message : String(error)));
      if (!more) await delay(look, undefined, { signal: AbortSignal.any([this.stopped.signal, this.wake.signal]) }).catch(() => undefined); // woken
    }
  }

  /** Resolves to true when there may be more at once. */
  private async look(database: Database): Promise<boolean> {
    if (!database.ready || !this.publisher.open) return false;
    const { rows } = await sql`select from outbox limit 1`.execute(database.kysely);
    return rows.length > 0 && database.transaction((transaction) => this.relay(transaction));
  }

  private async relay(transaction: Transaction<unknown>): Promise<boolean> {
    // The timeout is longer than a publish waits for its confirm: no other instance begins while this one waits. The commit deletes only: where a crash undoes it
    // before it is on the disk, the same messages are published again, as after a crash before it.
    const { rows: [lock] } = await sql<{ held: boolean }>`
      select pg_try_advisory_xact_lock(hashtextextended('warren.outbox ' || current_schema(), 0)) as held,
        set_config('idle_in_transaction_session_timeout', '15s', true), set_config('synchronous_commit', 'off', true)`.execute(transaction); // prettier-ignore
    if (!lock?.held) return false;
    const { rows } = await sql<Row>`select * from outbox order by id limit ${most}`.execute(transaction);
    const sent = await this.publish(rows);
    await sql`delete from outbox where id = any(${sent})`.execute(transaction);
    return sent.length === most;
  }

  /** @returns the ids of rows that the broker has confirmed. The others stay for the next time. */
  private async publish(rows: readonly Row[]): Promise<number[]> {
    const outcomes = await Promise.allSettled(rows.map((row) => this.publishOne(row)));
    const failure = outcomes.find((one) => one.status === 'rejected' && !(one.reason instanceof SourcesClosedError)) as PromiseRejectedResult | undefined;
    if (failure) this.logger.warn(`What is in the outbox waits: ${String(failure.reason)}`);
    return rows.filter((_, index) => outcomes[index]?.status === 'fulfilled').map(({ id }) => id);
  }

  private async publishOne(row: Row): Promise<void> {
    try {
      await this.publisher.publishAnnounced(row, JSON.parse(row.payload), row.message);
    } catch (error) {
      if (!(error instanceof UnroutableError || error instanceof PermanentError)) throw error;
      await this.giveUp(row, error);
    }
  }

  /** Nobody takes it: it must not keep those behind it, and stays to be seen. */
  private async giveUp({ message: id, type, payload }: Row, error: Error): Promise<void> {
    const { service } = this.options;
    const { headers: written, ...properties } = writeEnvelope({ id, journey: id, type, service, at: Date.now(), attempt: 1, redrive: 0 });
    const why = { [headers.queue]: `${service}.outbox`, [headers.cause]: JSON.stringify(causeOf(error)) };
    await this.declarations.send({ exchange: names.dead, key: '', body: Buffer.from(payload), properties: { ...properties, headers: { ...written, ...why } } });
    this.logger.error(`Message ${id} is a dead letter: ${error.message}`);
  }
}
