import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Bus, ControlPlane, type Delivery } from '@warren/bus';
import { Command, type Confirmation, Inquiry, type InquiryAnswer, inquiryTypes, names } from '@warren/protocol';
import { type Observable, Subject } from 'rxjs';
import { lifecycleOptions, type LifecycleOptions } from './lifecycle.options.js';

/**
 * The instance's side of the control protocol: hears the desired state, makes it so through the bus, confirms.
 * Commands are applied one after another; a newer one takes the place of those that wait, a lower epoch is ignored
 * and an equal one confirmed again. Source: docs/protocol.md, Lifecycle.
 */
@Injectable()
export class Lifecycle implements OnApplicationBootstrap {
  /** The command that was applied last; kept while the connection is lost. */
  command: Command | undefined;
  /** HTTP requests answered since the start. */
  requests = 0;

  private readonly logger = new Logger(Lifecycle.name);
  private readonly applied = new Subject<Command>();
  private readonly listening = new Subject<void>();
  private waiting: Command | undefined;
  private working = false;

  constructor(
    @Inject(lifecycleOptions) private readonly options: LifecycleOptions,
    private readonly bus: Bus,
    private readonly control: ControlPlane,
  ) {}

  /** Every command, once it has been applied. */
  get changes(): Observable<Command> {
    return this.applied;
  }

  /** The control queue is there: the gateways may be told, so that they send the state. */
  get joined(): Observable<void> {
    return this.listening;
  }

  /** Connected, and in the newest state that it was told since it connected. */
  get settled(): boolean {
    return this.bus.connected && this.bus.applied !== undefined && !this.working;
  }

  /** The newest epoch that it has done; 0 when it must hear the state (again). */
  get epoch(): number {
    return this.bus.applied?.epoch ?? 0;
  }

  countRequest(): void {
    this.requests += 1;
  }

  onApplicationBootstrap(): void {
    const queue = names.control(this.options.instance);
    void this.control.listen({ queue, exclusive: true }, (delivery) => this.hear(delivery)).then(() => this.listening.next());
  }

  /** Returns before the command is applied: a newer one must be heard while this one takes its time. */
  private hear({ body, properties: { type } }: Delivery): Promise<void> {
    if (type === inquiryTypes.inquiry) return this.answer(Inquiry.parse(JSON.parse(body.toString())));
    const command = Command.parse(JSON.parse(body.toString()));
    const newest = Math.max(this.waiting?.epoch ?? 0, this.command?.epoch ?? 0);
    if (command.epoch >= newest) {
      this.waiting = command;
      void this.work();
    }
    return Promise.resolve();
  }

  /** A gateway that is gone meanwhile needs no answer. */
  private async answer({ id, reply, ...about }: Inquiry): Promise<void> {
    const { service, instance } = this.options;
    const body: InquiryAnswer = { id, service, instance, hands: this.bus.hands(about) };
    await this.control.send({ exchange: '', key: reply, type: inquiryTypes.answer, body }, { mandatory: false });
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

  private async apply(command: Command): Promise<void> {
    try {
      await this.bus.apply(command);
      this.command = command;
      this.applied.next(command);
      await this.confirm(command);
    } catch (error) {
      // The next beat shows an older epoch, or the gateway misses the confirmation: either brings the command again.
      this.logger.warn(`Epoch ${command.epoch} (${command.state}) is not confirmed: ${String(error)}`);
    }
  }

  private async confirm({ epoch }: Command): Promise<void> {
    const { service, instance } = this.options;
    const body: Confirmation = { epoch, service, instance, at: new Date().toISOString() };
    await this.control.declareFanout(names.confirmations); // no gateway may have been there yet
    await this.control.send({ exchange: names.confirmations, key: '', type: 'warren.confirmation', body }, { mandatory: false });
  }
}
