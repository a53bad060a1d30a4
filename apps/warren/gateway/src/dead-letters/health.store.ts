import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { Database, InjectReader, sql } from '@warren/database';
import { type DeadLetterHealth } from '@warren/protocol';
import { z } from 'zod';
import { orAway } from '../database-away.js';
import { journalAway } from '../flows/flows.store.js';
import { gatewayConfig } from '../gateway.config.js';
import { type JournalViews } from '../journal.views.js';
import { ManagementApi } from '../statistics/management-api.service.js';

/** How many there are, of each consumer. */
export type ByConsumer = DeadLetterHealth['lastHour'];
export type Waiting = NonNullable<DeadLetterHealth['waiting']>;

/** What the observer's views say; `oldest` null: none waits. */
export interface DeadFigures {
  byConsumer: ByConsumer;
  oldest: DeadLetterHealth['oldest'];
  lastHour: ByConsumer;
}

const bandName = /^warren\.wait\.(\d+)$/;
/** Milliseconds: the shortest delay of band 0; each has twice that of the one before. Source: docs/protocol.md, Retries and dead letters. */
const shortest = 100;
const BandQueues = z.object({ items: z.array(z.object({ name: z.string(), messages: z.number().default(0) })) });

/** The figures that say whether failures are looked after. */
@Injectable()
export class HealthStore {
  constructor(
    @Inject(gatewayConfig.KEY) private readonly config: ConfigType<typeof gatewayConfig>,
    @InjectReader() private readonly journal: Database<JournalViews>,
    private readonly management: ManagementApi,
  ) {}

  /** @throws ProblemError 503 when the journal cannot be read */
  async dead(): Promise<DeadFigures> {
    const [byConsumer, oldest, lastHour] = await orAway(Promise.all([this.byConsumer(), this.oldest(), this.lastHour()]), journalAway);
    return { byConsumer, oldest, lastHour };
  }

  /** Messages that wait for their next attempt, by delay band. @throws ProblemError 503 when the management API is away */
  async waiting(): Promise<Waiting> {
    const filter = new URLSearchParams({ name: bandName.source, use_regex: 'true', page: '1', page_size: '100', columns: 'name,messages' });
    const { items } = await this.management.get(`api/queues/${encodeURIComponent(this.config.vhost)}?${filter.toString()}`, BandQueues);
    const bands = items.map(({ name, messages }) => ({ band: Number(bandName.exec(name)?.[1]), messages })).sort((one, other) => one.band - other.band);
    return bands.map(({ band, messages }) => ({ band, from: shortest * 2 ** band, to: shortest * 2 ** (band + 1), messages }));
  }

  /** From the counters of the groups. */
  private async byConsumer(): Promise<ByConsumer> {
    const { rows } = await sql<ByConsumer[number]>`select flow, consumer, sum(dead)::bigint as dead from dead_groups group by flow, consumer order by flow, consumer`.execute(this.journal.kysely);
    return rows;
  }

  private async oldest(): Promise<DeadFigures['oldest']> {
    const { rows: [row] } = await sql<{ id: number; at: Date; age: number }>`
      select id, at, greatest(0, extract(epoch from clock_timestamp() - at))::float8 as age from dead_letters where state = 'dead' order by id limit 1`.execute(this.journal.kysely);
    return row ? { ...row, at: row.at.toISOString() } : null;
  }

  /** By the statement's time: the clock's changes while it runs, and no index could be used. */
  private async lastHour(): Promise<ByConsumer> {
    const { rows } = await sql<ByConsumer[number]>`
      select flow, consumer, count(*) as dead from dead_letters where at > statement_timestamp() - interval '60 minutes'
      group by flow, consumer order by flow, consumer`.execute(this.journal.kysely);
    return rows;
  }
}
