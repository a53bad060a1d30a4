import { Injectable } from '@nestjs/common';
import { Database, sql, type Selectable } from '@warren/database';
import { type TargetEvents } from '@warren/protocol';
import { Keyset, type PageQuery } from '@warren/service';
import { z } from 'zod';
import { type Tables } from '../storage/tables.js';

export interface TargetRow extends Selectable<Tables['targets']> {
  /** A probe may be sent, if it is open. */
  probe_due: boolean;
}

/** Who did it, where nobody asked for it. */
export const byItself = 'deployments-notifier';
const keyset = new Keyset('events', z.number().int());

/** How targets are doing, the same for all instances, and what happened to them. */
@Injectable()
export class TargetsStore {
  constructor(private readonly database: Database<Tables>) {}

  get ready(): boolean {
    return this.database.ready;
  }

  all(): Promise<TargetRow[]> {
    return this.database.kysely.selectFrom('targets').selectAll().select(sql<boolean>`next_probe <= now()`.as('probe_due')).orderBy('name').execute();
  }

  /** @param state what the breaker needs to be open elsewhere; @param every milliseconds between two probes. */
  async opened(name: string, why: string, state: unknown, every: number): Promise<void> {
    await sql`
      with changed as (
        update targets set opened = ${why}, breaker = ${JSON.stringify(state)}::jsonb, changed_at = now(), next_probe = now() + ${every} * interval '1 ms'
        where name = ${name} and opened is null and spec -> 'breaker' <> 'false' returning name
      ) insert into events (target, kind, by, detail) select name, 'opened', ${byItself}, ${why} from changed`.execute(this.database.kysely);
  }

  async closed(name: string): Promise<void> {
    await sql`
      with changed as (
        update targets set opened = null, breaker = null, changed_at = now() where name = ${name} and opened is not null returning name
      ) insert into events (target, kind, by) select name, 'closed', ${byItself} from changed`.execute(this.database.kysely);
  }

  /** @returns false where there is no such target, or it leaves. */
  disable(name: string, why: string, by: string): Promise<boolean> {
    return this.able(name, why, by);
  }

  enable(name: string, by: string): Promise<boolean> {
    return this.able(name, null, by);
  }

  /** One probe for all instances: true for whoever may send it. */
  async takeProbe(name: string, every: number): Promise<boolean> {
    const { rows } = await sql`
      update targets set next_probe = now() + ${every} * interval '1 ms'
      where name = ${name} and opened is not null and next_probe <= now() returning name`.execute(this.database.kysely);
    return rows.length > 0;
  }

  /**
   * Reserves the next request of a target with a rate limit: one every so many milliseconds, by all instances together.
   * @returns milliseconds to wait for it; undefined where that would be more than `most`: then nothing is reserved.
   */
  async reserve(name: string, every: number, most: number): Promise<number | undefined> {
    const { rows } = await sql<{ wait: number }>`
      update targets set next_request = greatest(next_request, now()) + ${every} * interval '1 ms'
      where name = ${name} and next_request <= now() + ${most} * interval '1 ms'
      returning (extract(epoch from next_request - now()) * 1000 - ${every})::float8 as wait`.execute(this.database.kysely);
    return rows[0]?.wait;
  }

  /** Forgets a target that has left, once. */
  async gone(name: string): Promise<void> {
    await sql`
      with changed as (delete from targets where name = ${name} and leaving is not null returning name)
      insert into events (target, kind, by) select name, 'gone', ${byItself} from changed`.execute(this.database.kysely);
  }

  /** A page of what happened, the newest first. @throws ProblemError 400 for the cursor */
  async events({ cursor, limit }: PageQuery, target?: string): Promise<TargetEvents> {
    const after = keyset.after(cursor);
    let query = this.database.kysely.selectFrom('events').selectAll().orderBy('id', 'desc').limit(limit + 1);
    if (target !== undefined) query = query.where('target', '=', target);
    if (after !== undefined) query = query.where('id', '<', after);
    return keyset.page(await query.execute(), limit, ({ id }) => id, ({ at, ...event }) => ({ ...event, at: at.toISOString() }));
  }

  private async able(name: string, why: string | null, by: string): Promise<boolean> {
    const kind = why === null ? 'enabled' : 'disabled';
    const { rows } = await sql<{ there: boolean }>`
      with changed as (
        update targets set disabled = ${why}, changed_at = now() where name = ${name} and leaving is null and disabled is distinct from ${why} returning name
      ), told as (insert into events (target, kind, by, detail) select name, ${kind}, ${by}, ${why} from changed)
      select exists (select from targets where name = ${name} and leaving is null) as there`.execute(this.database.kysely);
    return rows[0]?.there ?? false;
  }
}
