import { Inject, Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { type JournalBacklog, names } from '@warren/protocol';
import { exhaustMap, type Subscription, timer } from 'rxjs';
import { z } from 'zod';
import { gatewayConfig } from '../gateway.config.js';
import { SystemStore } from '../state/system.store.js';
import { TransitionService } from '../state/transition.service.js';
import { ManagementApi } from '../statistics/management-api.service.js';
import { DropPolicy, dropPolicy } from './drop-policy.service.js';
import { Drops } from './drops.service.js';
import { Probes } from './probes.service.js';

/** Milliseconds: the broker itself counts as often. */
const lookEvery = 5_000;
const Queue = z
  .object({ messages: z.number().default(0), message_bytes: z.number().default(0), policy: z.string().nullish() })
  .transform(({ messages, message_bytes: bytes, policy }) => ({ messages, bytes, drops: policy === dropPolicy }));

/** How far the journal is behind, and what happens when that is too far: the sources are stopped, or the broker drops the oldest. Source: docs/adr/0008. */
@Injectable()
export class Backlog implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Backlog.name);
  private looks: Subscription | undefined;
  /** Of what was dropped, how much the log has told. */
  private told = 0;

  constructor(
    @Inject(gatewayConfig.KEY) private readonly config: ConfigType<typeof gatewayConfig>,
    private readonly management: ManagementApi,
    private readonly probes: Probes,
    private readonly policy: DropPolicy,
    private readonly drops: Drops,
    private readonly system: SystemStore,
    private readonly transitions: TransitionService,
  ) {}

  onApplicationBootstrap(): void {
    this.looks = timer(0, lookEvery).pipe(exhaustMap(() => this.look())).subscribe();
  }

  beforeApplicationShutdown(): void {
    this.looks?.unsubscribe();
  }

  async now(): Promise<JournalBacklog> {
    const [queue, seconds] = await Promise.all([this.queue().catch(() => undefined), this.probes.seconds()]);
    const full = (queue?.drops ?? this.config.whenFull === 'drop') ? 'drop' : 'pause';
    return { messages: queue?.messages ?? null, bytes: queue?.bytes ?? null, limit: this.config.backlogLimit, full, dropped: this.drops.count, seconds };
  }

  private async look(): Promise<void> {
    try {
      this.probes.send(); // so that it is known how old the journal is when there is no observer any more
      this.alarm();
      await this.policy.keep();
      const { bytes, drops } = await this.queue();
      const isLeftToBroker = drops && this.config.whenFull === 'drop';
      if (!isLeftToBroker && bytes >= this.config.backlogLimit && (await this.system.current()).state === 'RUNNING') await this.stop(bytes);
    } catch (error) {
      this.logger.debug(`The journal's backlog was not looked at: ${String(error)}`);
    }
  }

  private alarm(): void {
    const { count } = this.drops;
    if (count > this.told) this.logger.error(`${count - this.told} messages and reports were dropped from the journal's full backlog, ${count} in all. See that the observer runs and keeps up.`);
    this.told = count;
  }

  private async stop(bytes: number): Promise<void> {
    this.logger.error(
      `The system is PAUSED: ${bytes} bytes wait to be journalled, JOURNAL_BACKLOG_BYTES is ${this.config.backlogLimit}. See that the observer runs and keeps up; then PUT /state RUNNING.`,
    );
    await this.transitions.change('PAUSED', 'warren').catch((error: unknown) => this.logger.warn(error instanceof Error ? error.message : error));
  }

  private queue(): Promise<z.output<typeof Queue>> {
    return this.management.get(`api/queues/${encodeURIComponent(this.config.vhost)}/${names.journal}?columns=messages,message_bytes,policy`, Queue);
  }
}
