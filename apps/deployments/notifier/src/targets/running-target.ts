import { type AddedConsumer, type Received } from '@warren/bus';
import { type deployments } from '@warren/contracts';
import { bulkhead, type BulkheadPolicy } from 'cockatiel';
import { Breaker } from '../breaker/breaker.js';
import { type DeliveryTools, type Delivering, deliver } from '../delivery/deliver.js';
import { Sender } from '../delivery/request.js';
import { resolveTarget } from './references.js';
import { inHandOf, type Target } from './target.js';
import { type TargetRow } from './targets.store.js';

export interface RunningTools extends DeliveryTools {
  /** What references stand for. */
  env: NodeJS.ProcessEnv;
}

/** Milliseconds between two probes of an open target, by all instances together. */
export const probeEvery = ({ breaker }: Target): number => 60_000 / (breaker ? breaker.probes : 1);

/** One target in this process: its consumer, its connections, its breaker. It does what its row in the database says. */
export class RunningTarget implements Delivering {
  target!: Target;
  sender!: Sender;
  slots!: BulkheadPolicy;
  breaker: Breaker | undefined;
  private present: number | undefined;
  private steering: Promise<void> | undefined;
  private again = false;
  private resting = false;
  private unbound: Promise<void> | undefined;
  /** Why its consumer did not do what it was told: thrown by the next look. */
  private problem: Error | undefined;

  /** @throws when a reference of the target is not in the environment */
  constructor(
    public row: TargetRow,
    readonly consumer: AddedConsumer,
    private readonly tools: RunningTools,
  ) {
    this.set(row);
  }

  get open(): boolean {
    return this.breaker?.open ?? false;
  }

  deliver(message: Received<typeof deployments.released>): Promise<void> {
    return deliver(this, message, this.tools).finally(() => this.steer());
  }

  /**
   * Follows the row as it was read at a time of performance.now(). Waits for nothing that is in hand: a target that hangs keeps no other from following.
   * @throws when a reference of a changed target is not in the environment, and what steering has failed by since the last time
   */
  follow(row: TargetRow, readAt: number): void {
    const changed = JSON.stringify(row.spec) !== JSON.stringify(this.row.spec);
    this.row = { ...row, spec: this.row.spec };
    if (changed) this.change(row);
    else this.breaker?.adopt(row.breaker, readAt);
    this.row = row;
    this.steer();
    const { problem } = this;
    this.problem = undefined;
    if (problem) throw problem;
  }

  /** New messages come to it no more. @throws when the broker is away */
  async unbind(): Promise<void> {
    this.unbound ??= this.consumer.unbind();
    await this.unbound.catch((error: unknown) => {
      this.unbound = undefined;
      throw error;
    });
  }

  /** Takes nothing, as nothing waits for a target that leaves; false: takes again. */
  rest(resting: boolean): void {
    this.resting = resting;
    this.steer();
  }

  async close(): Promise<void> {
    await this.steering?.catch(() => undefined); // its consumer is gone
    await this.sender.close();
  }

  private set(row: TargetRow): void {
    const { target, secretValues } = resolveTarget(row.spec, this.tools.env);
    this.target = target;
    this.sender = new Sender(target, secretValues);
    this.slots = bulkhead(target.concurrency, Infinity);
    this.breaker = target.breaker ? new Breaker(target.breaker.failures, row.breaker) : undefined;
  }

  private change(row: TargetRow): void {
    const { sender } = this;
    this.set(row);
    this.present = undefined;
    this.consumer.change({ policy: this.target.policy, concurrency: inHandOf(this.target) }).catch((error: unknown) => this.failed(error));
    void sender.close().catch(() => undefined); // it ends what it has in hand first
  }

  /** How many messages at a time it may have. */
  private get wanted(): number {
    if (this.resting || this.row.disabled !== null) return 0;
    if (this.open) return Number(this.row.probe_due);
    return inHandOf(this.target);
  }

  /** One change after another; a target that is held waits for what it has in hand. */
  private steer(): void {
    this.again = true;
    this.steering ??= this.reach().finally(() => (this.steering = undefined));
    this.steering.catch((error: unknown) => this.failed(error));
  }

  /** The next look tries again. */
  private failed(error: unknown): void {
    this.present = undefined;
    this.problem = error instanceof Error ? error : new Error(String(error));
  }

  private async reach(): Promise<void> {
    while (this.again) {
      this.again = false;
      const { wanted } = this;
      if (wanted === this.present) continue;
      this.present = wanted;
      if (wanted === 0) await this.consumer.hold();
      else await this.consumer.release({ concurrency: wanted });
    }
  }
}
