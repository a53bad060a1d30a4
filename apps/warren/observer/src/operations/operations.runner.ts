import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { QueueGoneError, QueueInUseError } from '@warren/bus';
import { Database } from '@warren/database';
import { Lifecycle } from '@warren/lifecycle';
import { isPoison } from '../journal/poison.js';
import { Adopt } from './adopt.js';
import { Discard } from './discard.js';
import { end, fail, setState, unfinished, type OperationRow } from './operations.store.js';
import { Pace } from './pace.js';
import { Redrive } from './redrive.js';
import { Replay } from './replay.js';

/** Milliseconds between two looks for work, and for the lock of one who has it. */
const pollEvery = 250;
const standBy = 1_000;
/** Milliseconds that a stop waits for the chunk in hand, which the broker may be too far away to confirm. */
const patience = 5_000;

/** Does the operations that operators have started, chunk by chunk in turns. One observer at a time does, whichever holds the lock. */
@Injectable()
export class OperationsRunner implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Operations');
  private readonly stopping = new AbortController();
  private running = Promise.resolve();
  private nap = new AbortController();
  private paces = new Map<string, Pace>();
  /** Why it could not go on; undefined: it could. */
  private trouble: string | undefined;
  private troubles = 0;

  constructor(
    private readonly database: Database,
    private readonly lifecycle: Lifecycle,
    private readonly redrive: Redrive,
    private readonly discard: Discard,
    private readonly adopt: Adopt,
    private readonly replay: Replay,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.run();
  }

  /** What it has in hand is finished, or left to the next one. */
  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await Promise.race([this.running, delay(patience, undefined, { ref: false })]);
  }

  /** There may be something to do. */
  nudge(): void {
    this.nap.abort();
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      if (this.database.ready) await this.tryToLead();
      await this.rest(this.database.ready ? standBy : pollEvery);
    }
  }

  private async tryToLead(): Promise<void> {
    const lead = (lost: AbortSignal) => this.lead(AbortSignal.any([lost, this.stopping.signal]));
    await this.database.withAdvisoryLock('warren.operations', lead, { wait: false }).catch((error: unknown) => this.waits(error));
  }

  private async lead(ended: AbortSignal): Promise<void> {
    this.paces.clear();
    while (!ended.aborted) await this.rest(await this.round(ended).catch((error: unknown) => this.waits(error)));
  }

  /** A chunk of each operation. @returns the milliseconds after which there may be more to do */
  private async round(ended: AbortSignal): Promise<number> {
    const operations = await unfinished(this.database.kysely);
    this.paces = new Map(operations.map(({ id, rate }) => [id, this.paces.get(id) ?? new Pace(rate)]));
    const { troubles } = this;
    let pause = pollEvery;
    for (const operation of operations) {
      if (ended.aborted) return 0;
      pause = Math.min(pause, await this.advance(operation).catch((error: unknown) => this.waits(error)));
    }
    if (troubles === this.troubles) this.goesOn();
    return pause;
  }

  private async advance(operation: OperationRow): Promise<number> {
    if (operation.state === 'aborted' && (await end(this.database.kysely, operation))) return 0;
    if (this.isHeld) return this.hold(operation);
    if ((operation.kind === 'redrive' || operation.kind === 'replay') && (await this[operation.kind].settle(operation))) return 0;
    if (operation.state === 'waiting') await setState(this.database.kysely, operation, 'waiting', 'running');
    return operation.state === 'paused' || operation.state === 'aborted' ? pollEvery : this.proceed(operation);
  }

  private get isHeld(): boolean {
    return !this.lifecycle.settled || this.lifecycle.command?.state !== 'RUNNING';
  }

  private async hold(operation: OperationRow): Promise<number> {
    await setState(this.database.kysely, operation, 'running', 'waiting');
    return pollEvery;
  }

  private async proceed(operation: OperationRow): Promise<number> {
    const pace = this.paces.get(operation.id) ?? new Pace(operation.rate);
    const began = performance.now();
    const wait = pace.wait(began);
    if (wait > 0) return wait;
    try {
      const did = await this.chunk(operation, pace.size);
      if (did === undefined) await this.finish(operation);
      else pace.did(did, began);
    } catch (error) {
      if (!isFinal(error)) throw error;
      this.logger.error(`Operation ${operation.id} (${operation.kind}) cannot go on: ${error.message}`);
      await fail(this.database.kysely, operation, error.message);
    }
    return 0;
  }

  /** @returns how many messages it took; undefined: nothing is left. */
  private async chunk(operation: OperationRow, most: number): Promise<number | undefined> {
    if (operation.kind === 'adopt') return (await this.adopt.chunk(operation, most)) || undefined;
    return operation.lastId < operation.mostId ? this[operation.kind].chunk(operation, most) : undefined;
  }

  private async finish(operation: OperationRow): Promise<void> {
    if (await end(this.database.kysely, operation)) this.logger.log(`Operation ${operation.id} (${operation.kind}) is done.`);
  }

  private async rest(milliseconds: number): Promise<void> {
    if (milliseconds <= 0) return;
    this.nap = new AbortController();
    await delay(milliseconds, undefined, { signal: AbortSignal.any([this.nap.signal, this.stopping.signal]) }).catch(() => undefined);
  }

  private waits(error: unknown): number {
    this.troubles += 1;
    const reason = error instanceof Error ? error.message : String(error);
    if (reason !== this.trouble) this.logger.warn(`Operations wait: ${reason}`);
    this.trouble = reason;
    return pollEvery;
  }

  private goesOn(): void {
    if (this.trouble !== undefined) this.logger.log('Operations go on.');
    this.trouble = undefined;
  }
}

/** Trying again is of no use. */
const isFinal = (error: unknown): error is Error => error instanceof QueueGoneError || error instanceof QueueInUseError || isPoison(error);
