import { sql } from '@warren/database';
import { type AttemptRow, type JournalTransaction } from './journal.tables.js';

/** The later report of an attempt wins, except that dead stands, and handled where it was only to be made again. */
export async function saveAttempts(tx: JournalTransaction, rows: readonly AttemptRow[]): Promise<void> {
  if (rows.length === 0) return;
  const all = <K extends keyof AttemptRow>(name: K) => sql.val(rows.map((row) => row[name]));
  await sql`
    insert into attempts (message, queue, redrive, attempt, outcome, service, instance, started_at, finished_at, error_name, error_message, retry_at)
    select * from unnest(${all('message')}::uuid[], ${all('queue')}::text[], ${all('redrive')}::int[], ${all('attempt')}::int[],
      ${all('outcome')}::text[], ${all('service')}::text[], ${all('instance')}::text[], ${all('startedAt')}::timestamptz[],
      ${all('finishedAt')}::timestamptz[], ${all('errorName')}::text[], ${all('errorMessage')}::text[], ${all('retryAt')}::timestamptz[])
    on conflict (message, queue, redrive, attempt) do update set outcome = excluded.outcome, service = excluded.service, instance = excluded.instance,
      started_at = excluded.started_at, finished_at = excluded.finished_at, error_name = excluded.error_name, error_message = excluded.error_message,
      retry_at = excluded.retry_at
    where attempts.outcome <> 'dead' and (attempts.outcome <> 'handled' or excluded.outcome <> 'retried')
  `.execute(tx);
}
