import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { z } from 'zod';
import { gatewayConfig } from '../gateway.config.js';
import { ManagementApi } from '../statistics/management-api.service.js';
import { type Figures } from './holds.js';

/** Milliseconds: the broker itself counts no more often. */
const fresh = 1_000;
const Queues = z.array(
  z.object({ name: z.string(), messages_ready: z.number().default(0), messages_unacknowledged: z.number().default(0), consumers: z.number().default(0) }),
);

/** What every queue of the broker is doing; who asks at the same time is answered together. */
@Injectable()
export class QueueFigures {
  private last: { at: number; figures: Promise<ReadonlyMap<string, Figures> | null> } | undefined;

  constructor(
    @Inject(gatewayConfig.KEY) private readonly config: ConfigType<typeof gatewayConfig>,
    private readonly management: ManagementApi,
  ) {}

  /** Null while the broker cannot be asked. */
  all(): Promise<ReadonlyMap<string, Figures> | null> {
    if (!this.last || Date.now() - this.last.at > fresh) this.last = { at: Date.now(), figures: this.read().catch(() => null) };
    return this.last.figures;
  }

  private async read(): Promise<ReadonlyMap<string, Figures>> {
    const columns = 'columns=name,messages_ready,messages_unacknowledged,consumers';
    const queues = await this.management.get(`api/queues/${encodeURIComponent(this.config.vhost)}?${columns}`, Queues);
    return new Map(queues.map(({ name, messages_ready: ready, messages_unacknowledged: inHand, consumers }) => [name, { ready, inHand, consumers }]));
  }
}
