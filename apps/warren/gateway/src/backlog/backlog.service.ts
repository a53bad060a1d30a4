import { Inject, Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { type JournalBacklog, names } from '@warren/protocol';
import { exhaustMap, type Subscription, timer } from 'rxjs';
import { z } from 'zod';
import { gatewayConfig } from '../gateway.config.js';
import { SystemStore } from '../state/system.store.js';
import { TransitionService } from '../state/transition.service.js';
import { ManagementApi } from '../statistics/management-api.service.js';
import { Probes } from './probes.service.js';

/** Milliseconds: the broker itself counts as often. */
const lookEvery = 5_000;
const Queue = z.object({ messages: z.number().default(0), message_bytes: z.number().default(0) });

/** How far the journal is behind, and what happens when that is too far: the sources are stopped. Source: docs/adr/0008. */
@Injectable()
export class Backlog implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Backlog.name);
  private looks: Subscription | undefined;

  constructor(
    @Inject(gatewayConfig.KEY) private readonly config: ConfigType<typeof gatewayConfig>,
    private readonly management: ManagementApi,
    private readonly probes: Probes,
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
    return { messages: queue?.messages ?? null, bytes: queue?.message_bytes ?? null, limit: this.config.backlogLimit, seconds };
  }

  private async look(): Promise<void> {
    try {
      this.probes.send(); // so that it is known how old the journal is when there is no observer any more
      const { message_bytes: bytes } = await this.queue();
      if (bytes >= this.config.backlogLimit && (await this.system.current()).state === 'RUNNING') await this.stop(bytes);
    } catch (error) {
      this.logger.debug(`The journal's backlog was not looked at: ${String(error)}`);
    }
  }

  private async stop(bytes: number): Promise<void> {
    this.logger.error(
      `The system is PAUSED: ${bytes} bytes wait to be journalled, JOURNAL_BACKLOG_BYTES is ${this.config.backlogLimit}. See that the observer runs and keeps up; then PUT /state RUNNING.`,
    );
    await this.transitions.change('PAUSED', 'warren').catch((error: unknown) => this.logger.warn(error instanceof Error ? error.message : error));
  }

  private queue(): Promise<z.output<typeof Queue>> {
    return this.management.get(`api/queues/${encodeURIComponent(this.config.vhost)}/${names.journal}?columns=messages,message_bytes`, Queue);
  }
}
