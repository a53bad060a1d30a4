import { sql } from '@warren/database';
import { type HopRow, type JournalTransaction } from './journal.tables.js';

/** Which hops a report may be about. */
export interface HopSearch {
  /** Message ids, and ids that consumers gave to foreign messages. */
  ids: readonly string[];
  /** Reports of foreign messages: at most as many open hops of each kind as there are reports. */
  foreign: readonly { digest: string; queue: string; reports: number }[];
}

const columns = sql`h.day::text, h.message, h.queue, h.consumer, h.flow, h.journey, h.alias, h.digest, h.opened_seq as "openedSeq", h.since,
  h.root_seq as "rootSeq", h.outcome, h.service, h.instance, h.attempt, h.redrive, h.started_at as "startedAt",
  h.finished_at as "finishedAt", h.retry_at as "retryAt", h.children, h.error_name as "errorName", h.error_message as "errorMessage"`;

export async function findHops(tx: JournalTransaction, { ids, foreign }: HopSearch): Promise<HopRow[]> {
  const byId = await sql<HopRow>`
    select ${columns} from hops h where h.message = any(${ids}::uuid[])
    union select ${columns} from hops h where h.alias = any(${ids}::uuid[])
  `.execute(tx);
  if (foreign.length === 0) return byId.rows;
  const byDigest = await sql<HopRow>`
    select ${columns}
    from jsonb_to_recordset(${JSON.stringify(foreign)}::jsonb) wanted (digest text, queue text, reports int)
    cross join lateral (
      select * from hops where digest = wanted.digest and queue = wanted.queue and outcome = 'open' order by opened_seq limit wanted.reports
    ) h
  `.execute(tx);
  return [...byId.rows, ...byDigest.rows];
}

export async function saveHops(tx: JournalTransaction, rows: readonly HopRow[]): Promise<void> {
  if (rows.length === 0) return;
  const all = <K extends keyof HopRow>(name: K) => sql.val(rows.map((row) => row[name]));
  await sql`
    insert into hops (day, message, queue, consumer, flow, journey, alias, digest, opened_seq, root_seq, outcome, service, instance,
      attempt, redrive, started_at, finished_at, retry_at, children, error_name, error_message, since)
    select * from unnest(${all('day')}::date[], ${all('message')}::uuid[], ${all('queue')}::text[], ${all('consumer')}::text[],
      ${all('flow')}::text[], ${all('journey')}::uuid[], ${all('alias')}::uuid[], ${all('digest')}::text[], ${all('openedSeq')}::bigint[],
      ${all('rootSeq')}::bigint[], ${all('outcome')}::text[], ${all('service')}::text[], ${all('instance')}::text[],
      ${all('attempt')}::int[], ${all('redrive')}::int[], ${all('startedAt')}::timestamptz[], ${all('finishedAt')}::timestamptz[],
      ${all('retryAt')}::timestamptz[], ${all('children')}::int[], ${all('errorName')}::text[], ${all('errorMessage')}::text[],
      ${all('since')}::timestamptz[])
    on conflict (message, queue, day) do update set alias = excluded.alias, outcome = excluded.outcome, service = excluded.service,
      instance = excluded.instance, attempt = excluded.attempt, redrive = excluded.redrive, started_at = excluded.started_at,
      finished_at = excluded.finished_at, retry_at = excluded.retry_at, children = excluded.children,
      error_name = excluded.error_name, error_message = excluded.error_message
  `.execute(tx);
}
