import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Consumers } from '@warren/bus';
import { InjectIdentity, type Identity } from '@warren/service';
import { DeliveriesStore } from '../deliveries/deliveries.store.js';
import { DeliveryLog } from '../deliveries/delivery-log.js';
import { DeliveryMetrics } from '../deliveries/delivery.metrics.js';
import { referenced } from '../notifier.config.js';
import { resolveTarget } from './references.js';
import { probeEvery, RunningTarget, type RunningTools } from './running-target.js';
import { inHandOf, queueOf } from './target.js';
import { TargetsStore, type TargetRow } from './targets.store.js';

/** How often each instance looks what the others have decided, in milliseconds. */
const lookEvery = 1_000;

/** The targets as this process runs them: as many as the database has. */
@Injectable()
export class RunningTargets implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(RunningTargets.name);
  private readonly running = new Map<string, RunningTarget>();
  private readonly tools: RunningTools;
  private timer: NodeJS.Timeout | undefined;
  private following = Promise.resolve();
  private readonly said = new Map<string, string>();

  constructor(
    private readonly consumers: Consumers,
    private readonly store: TargetsStore,
    private readonly deliveries: DeliveriesStore,
    log: DeliveryLog,
    private readonly metrics: DeliveryMetrics,
    @InjectIdentity() identity: Identity,
  ) {
    this.tools = { identity, store, log, metrics, probeEvery, env: referenced() };
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.follow(), lookEvery);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.following;
  }

  get(name: string): RunningTarget | undefined {
    return this.running.get(name);
  }

  ofQueue(queue: string): RunningTarget {
    const running = [...this.running.values()].find(({ consumer }) => consumer.queue === queue);
    if (!running) throw new Error(`No target has the queue "${queue}".`);
    return running;
  }

  /** Does what the database says, once more. Resolves when it has; what keeps it from that is logged, and the next look tries again. */
  follow(): Promise<void> {
    this.following = this.following.then(() => this.look());
    return this.following;
  }

  /** Resolves when each target has its queue, or the broker is away: then it has it soon after that is back. */
  async bound(): Promise<void> {
    await Promise.all([...this.running.values()].map(({ consumer }) => consumer.waiting().catch(() => undefined)));
  }

  private async look(): Promise<void> {
    if (!this.store.ready) return;
    const readAt = performance.now();
    const rows = await this.store.all().catch((error: unknown) => this.stays('targets', error));
    if (!rows) return;
    const gone = [...this.running.keys()].filter((name) => !rows.some((row) => row.name === name));
    await Promise.all([
      ...rows.map((row) => this.one(row, readAt).then(() => this.said.delete(row.name), (error: unknown) => this.stays(row.name, error))),
      ...gone.map((name) => this.drop(name).catch((error: unknown) => this.stays(name, error))),
    ]);
  }

  /** One line for each new reason; the next look tries again. */
  private stays(name: string, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    if (this.said.get(name) !== reason) this.logger.warn(`${name}: stays as it is: ${reason}`);
    this.said.set(name, reason);
  }

  private async one(row: TargetRow, readAt: number): Promise<void> {
    const running = this.running.get(row.name) ?? this.add(row);
    running.follow(row, readAt);
    this.metrics.target(row.name, row.disabled === null && !running.open);
    if (row.leaving !== null) await this.leave(running);
  }

  private add(row: TargetRow): RunningTarget {
    resolveTarget(row.spec, this.tools.env); // one that cannot deliver here has no consumer here
    const { spec } = row;
    const consumer = this.consumers.add({ queue: queueOf(row.name), policy: spec.policy, concurrency: inHandOf(spec), held: true, bound: row.leaving === null });
    const running = new RunningTarget(row, consumer, this.tools);
    this.running.set(row.name, running);
    return running;
  }

  /** Nothing new comes to it. When nothing waits it rests, and when no instance has anything in hand any more it is gone. */
  private async leave(running: RunningTarget): Promise<void> {
    const { consumer, row: { name } } = running;
    await running.unbind();
    const { ready, consumers } = await consumer.waiting();
    const waits = ready > 0 || (await this.deliveries.waitingFor(name)) > 0;
    running.rest(!waits);
    if (waits || consumers > 0) return;
    await this.store.gone(name);
    await this.drop(name);
    this.logger.log(`Target "${name}" is gone: nothing waits for it any more.`);
  }

  private async drop(name: string): Promise<void> {
    const running = this.running.get(name);
    await running?.consumer.remove();
    this.running.delete(name);
    this.said.delete(name);
    this.metrics.target(name, undefined);
    await running?.close();
  }
}
