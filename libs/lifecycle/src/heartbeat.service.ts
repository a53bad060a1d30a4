import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type BeforeApplicationShutdown, Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Bus, ControlPlane } from '@warren/bus';
import { type Beat, names } from '@warren/protocol';
import { interval, merge, type Subscription } from 'rxjs';
import { lifecycleOptions, type LifecycleOptions } from './lifecycle.options.js';
import { Lifecycle } from './lifecycle.service.js';

/** Milliseconds. Source: docs/protocol.md, Lifecycle. */
const beatEvery = 2000;

/** Tells the gateways that this instance lives: every 2 s, at once on joining and after each command, and a last time on leaving. */
@Injectable()
export class Heartbeat implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Heartbeat.name);
  private readonly startedAt = new Date().toISOString();
  private readonly delay = monitorEventLoopDelay({ resolution: 20 });
  private beats: Subscription | undefined;

  constructor(
    @Inject(lifecycleOptions) private readonly options: LifecycleOptions,
    private readonly bus: Bus,
    private readonly control: ControlPlane,
    private readonly lifecycle: Lifecycle,
  ) {}

  onApplicationBootstrap(): void {
    this.delay.enable();
    this.beats = merge(interval(beatEvery), this.lifecycle.joined, this.lifecycle.changes).subscribe(() => void this.beat(false));
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.beats?.unsubscribe();
    await this.beat(true);
    this.delay.disable();
  }

  /** A beat that cannot be sent is not kept: the next one says more. */
  private async beat(leaving: boolean): Promise<void> {
    if (!this.bus.connected) return;
    try {
      await this.control.send({ exchange: '', key: names.beats, type: 'warren.beat', body: this.now(leaving) }, { mandatory: false });
    } catch (error) {
      this.logger.debug(`A beat was not sent: ${String(error)}`);
    }
  }

  private now(leaving: boolean): Beat {
    const lag = this.delay.percentile(99) / 1e6;
    this.delay.reset();
    const { bus, lifecycle, startedAt } = this;
    return { ...this.options, epoch: lifecycle.epoch, startedAt, requests: lifecycle.requests, handled: bus.handled, memory: process.memoryUsage.rss(), lag, leaving };
  }
}
