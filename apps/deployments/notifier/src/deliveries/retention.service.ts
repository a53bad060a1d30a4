import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { Database } from '@warren/database';
import { notifierConfig } from '../notifier.config.js';
import { DeliveriesStore } from './deliveries.store.js';

const checkEvery = 3_600_000;
const oneDay = 86_400_000;

/** Deletes deliveries that are older than a setting says. */
@Injectable()
export class Retention implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(Retention.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: Database,
    private readonly deliveries: DeliveriesStore,
    @Inject(notifierConfig.KEY) private readonly config: ConfigType<typeof notifierConfig>,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.check(), checkEvery);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  private async check(): Promise<void> {
    if (!this.database.ready) return;
    try {
      const count = await this.deliveries.expire(new Date(Date.now() - this.config.retentionDays * oneDay));
      if (count > 0) this.logger.log(`Deliveries older than ${this.config.retentionDays} days were deleted: ${count}.`);
    } catch (error) {
      this.logger.warn(`Retention waits for its next time: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
