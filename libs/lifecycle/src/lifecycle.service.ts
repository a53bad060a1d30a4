import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Bus, ControlPlane, type Delivery } from '@warren/bus';
import { Command, type Confirmation, names } from '@warren/protocol';
import { type Observable, Subject } from 'rxjs';
import { lifecycleOptions, type LifecycleOptions } from './lifecycle.options.js';

/**
 * The instance's side of the control protocol: hears the desired state, makes it so through the bus, confirms.
 * Commands are applied one after another; a newer one takes the place of those that wait, a lower epoch is ignored
 * and an equal one confirmed again. Source: protocol.md, Lifecycle.
 */
@Injectable()
export class Lifecycle implements OnApplicationBootstrap {
  /** The command that was applied last. */
  command: Command | undefined;
  /** HTTP requests answered since the start. */
  requests = 0;

  private readonly logger = new Logger(Lifecycle.name);
  private readonly applied = new Subject<Command>();
  private readonly joins = new Subject<void>();
  private waiting: Command | undefined;
  private working = false;
  private agreed = false;
  private connection = 0;

  constructor(
    @Inject(lifecycleOptions) private readonly options: LifecycleOptions,
    private readonly bus: Bus,
    private readonly control: ControlPlane,
  ) {}

  /** Every command, once it has been applied. */
  get changes(): Observable<Command> {
    return this.applied;
  }

  /** The control queue is attached, first or again: the gateways must be told, so that they send the state. */
  get joined(): Observable<void> {
    return this.joins;
  }

  /** Connected, and in the newest state that it was told since it connected. */
  get settled(): boolean {
    return this.bus.connected && this.agreed;
  }

  /** The newest epoch that it has done; 0 when it must hear the state (again). */
  get epoch(): number {
    return this.agreed ? (this.command?.epoch ?? 0) : 0;
  }

  countRequest(): void {
    this.requests += 1;
  }

  onApplicationBootstrap(): void {
    this.bus.onReconnect(() => this.join());
    const queue = names.control(this.options.instance);
    this.control.listen({ queue, exclusive: true }, (delivery) => this.hear(delivery)).then(
      () => this.join(),
      (error: unknown) => this.logger.error(`The control queue ${queue} cannot be used: ${String(error)}`),
    );
  }

  private join(): void {
    this.connection += 1;
    this.agreed = false;
    this.joins.next();
  }

  /** Returns before the command is applied: a newer one must be heard while this one takes its time. */
  private hear({ body }: Delivery): Promise<void> {
    const command = Command.parse(JSON.parse(body.toString()));
    const newest = Math.max(this.waiting?.epoch ?? 0, this.command?.epoch ?? 0);
    if (command.epoch >= newest) {
      this.waiting = command;
      void this.work();
    }
    return Promise.resolve();
  }

  private async work(): Promise<void> {
    if (this.working) return;
    this.working = true;
    for (let next = this.take(); next; next = this.take()) await this.apply(next);
    this.working = false;
  }

  private take(): Command | undefined {
    const next = this.waiting;
    this.waiting = undefined;
    return next;
  }

  /**
   * A command that fails is not confirmed; the next beat shows an older epoch and brings it again.
   * So does a reconnection in the midst of it, which has closed the sources anew.
   */
  private async apply(command: Command): Promise<void> {
    const { connection } = this;
    try {
      await this.bus.apply(command);
      this.command = command;
      if (connection !== this.connection) return;
      this.agreed = true;
      await this.confirm(command.epoch);
      this.applied.next(command);
    } catch (error) {
      this.logger.warn(`Epoch ${command.epoch} (${command.state}) is not applied: ${String(error)}`);
    }
  }

  private confirm(epoch: number): Promise<void> {
    const { service, instance } = this.options;
    const body: Confirmation = { epoch, service, instance, at: new Date().toISOString() };
    return this.control.send({ exchange: names.confirmations, key: '', type: 'warren.confirmation', body });
  }
}
