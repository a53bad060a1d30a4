import { Injectable } from '@nestjs/common';
import { Database, sql, type Selectable } from '@warren/database';
import { type Deliveries, type Delivery, type DeliveryAttempt, type DeliveryState } from '@warren/protocol';
import { Keyset, type PageQuery } from '@warren/service';
import { z } from 'zod';
import { type Tables } from '../storage/tables.js';

export interface DeliverySearch extends PageQuery {
  target?: string;
  state?: DeliveryState;
  message?: string;
}

/** Of the last hour, and the last attempt of all. */
export interface TargetFigures {
  target: string;
  delivered: number;
  failed: number;
  lastAt: Date | null;
  lastStatus: number | null;
  /** Messages whose next attempt is not due yet. */
  waiting: number;
}

type Row = Selectable<Tables['deliveries']>;
type AttemptRow = Selectable<Tables['attempts']>;

const keyset = new Keyset('deliveries', z.number().int());
/** A message is back in its queue at most so long after it was due: late by its delay, and what a busy broker takes. */
const backInQueue = sql<boolean>`now() > next_at + (next_at - changed_at) + interval '10 seconds'`;

/** What was delivered, and what was not, with each attempt. */
@Injectable()
export class DeliveriesStore {
  constructor(private readonly database: Database<Tables>) {}

  /** A page, the newest first. @throws ProblemError 400 for the cursor */
  async list({ cursor, limit, ...search }: DeliverySearch): Promise<Deliveries> {
    const after = keyset.after(cursor);
    let query = this.database.kysely.selectFrom('deliveries').selectAll().orderBy('seq', 'desc').limit(limit + 1);
    for (const column of ['target', 'state', 'message'] as const) if (search[column] !== undefined) query = query.where(column, '=', search[column]);
    if (after !== undefined) query = query.where('seq', '<', after);
    const rows = await query.execute();
    const attempts = await this.attemptsOf(rows.slice(0, limit));
    return keyset.page(rows, limit, ({ seq }) => seq, (row) => deliveryOf(row, attempts.get(keyOf(row)) ?? []));
  }

  /** How many messages wait for their next attempt at a target and may not be back in its queue; some that are may be among them. */
  async waitingFor(target: string): Promise<number> {
    const { rows } = await sql<{ count: number }>`
      select count(*)::int as count from deliveries where target = ${target} and state = 'waiting' and not ${backInQueue}`.execute(this.database.kysely);
    return rows[0]?.count ?? 0;
  }

  async figures(): Promise<Map<string, TargetFigures>> {
    const { rows } = await sql<TargetFigures>`
      select name as target, last.at as "lastAt", last.status as "lastStatus",
        (select count(*)::int from deliveries d where d.target = name and state = 'waiting' and next_at > now()) as waiting,
        coalesce(hour.delivered, 0) as delivered, coalesce(hour.failed, 0) as failed
      from targets
      left join lateral (select at, status from attempts a where a.target = name order by at desc limit 1) last on true
      left join lateral (
        select count(*) filter (where outcome = 'delivered')::int as delivered, count(*) filter (where outcome <> 'delivered')::int as failed
        from attempts a where a.target = name and at > now() - interval '1 hour'
      ) hour on true`.execute(this.database.kysely);
    return new Map(rows.map((row) => [row.target, row]));
  }

  /** Deletes what is older, in portions that hold nobody up. @returns how many deliveries */
  async expire(before: Date, portion = 5_000): Promise<number> {
    for (let total = 0; ; ) {
      const { rows } = await sql<{ count: number }>`
        with old as (select message, target from deliveries where changed_at < ${before} and state <> 'waiting' limit ${portion}),
          gone as (delete from deliveries d using old where d.message = old.message and d.target = old.target returning d.message, d.target),
          without as (delete from attempts a using old where a.message = old.message and a.target = old.target)
        select count(*)::int as count from gone`.execute(this.database.kysely);
      const count = rows[0]?.count ?? 0;
      total += count;
      if (count < portion) return total;
    }
  }

  private async attemptsOf(rows: readonly Row[]): Promise<Map<string, AttemptRow[]>> {
    if (rows.length === 0) return new Map();
    const keys = JSON.stringify(rows.map(({ message, target }) => ({ message, target })));
    const found = await sql<AttemptRow>`
      select a.* from attempts a join jsonb_to_recordset(${keys}::jsonb) as k(message uuid, target text) using (message, target) order by a.id`.execute(this.database.kysely);
    return Map.groupBy(found.rows, keyOf);
  }
}

const keyOf = ({ message, target }: { message: string; target: string }) => `${message} ${target}`;

const deliveryOf = ({ message, journey, target, release, state, at, next_at }: Row, attempts: readonly AttemptRow[]): Delivery => ({
  message, journey, target, release, state, at: at.toISOString(), nextAt: next_at?.toISOString() ?? null, attempts: attempts.map(attemptOf),
}); // prettier-ignore

const attemptOf = ({ at, attempt, redrive, instance, ms, status, outcome, error, body }: AttemptRow): DeliveryAttempt =>
  ({ at: at.toISOString(), attempt, redrive, instance, ms, status, outcome, error, body }); // prettier-ignore
