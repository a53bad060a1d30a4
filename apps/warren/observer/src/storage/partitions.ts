import { type Database, type Kysely, sql } from '@warren/database';
import { type JournalTransaction } from './journal.tables.js';

const partitioned = ['messages', 'hops', 'log_pieces'] as const;

export interface Partition {
  /** `2026-11-20`. */
  day: string;
  /** All of the day's tables with their indexes and bodies. */
  bytes: number;
}

export const nameOf = (table: string, day: string): string => `${table}_${day.replaceAll('-', '')}`;

/**
 * Creates what is missing. A partition is made apart and then attached: `create table … partition of` would wait for every reader
 * of the journal, and let every other reader wait for it.
 */
export async function ensurePartitions(tx: JournalTransaction, days: readonly string[]): Promise<void> {
  if (days.length === 0) return;
  const wanted = days.flatMap((day) => partitioned.map((table) => ({ day, table, name: nameOf(table, day) })));
  const { rows } = await sql<{ name: string }>`
    select name from unnest(${wanted.map(({ name }) => name)}::text[]) name where to_regclass(name) is null
  `.execute(tx);
  const missing = new Set(rows.map(({ name }) => name));
  for (const { day, table, name } of wanted) if (missing.has(name)) await create(tx, table, name, day);
}

async function create(tx: JournalTransaction, table: string, name: string, day: string): Promise<void> {
  await sql`create table ${sql.table(name)} (like ${sql.table(table)} including all excluding indexes)`.execute(tx);
  if (table === 'log_pieces') await sql`alter table ${sql.table(name)} set (toast_tuple_target = 8160)`.execute(tx); // a piece stays in its page
  await sql`alter table ${sql.table(table)} attach partition ${sql.table(name)} for values in (${sql.lit(day)})`.execute(tx);
}

/** The oldest first. */
export async function listPartitions(tx: JournalTransaction): Promise<Partition[]> {
  const { rows } = await sql<Partition>`
    select to_date(right(child.relname, 8), 'YYYYMMDD')::text as day, sum(pg_total_relation_size(child.oid))::bigint as bytes
    from pg_inherits
    join pg_class child on child.oid = inhrelid
    where inhparent = any(${partitioned}::regclass[])
    group by 1 order by 1
  `.execute(tx);
  return rows;
}

/**
 * Writes a day's tables anew, which gives back what was deleted of them. Readers of the journal wait meanwhile.
 * @throws Error when somebody reads the day for long, or may still see what was deleted of it: nobody waits for that
 */
export function rewritePartitions(database: Pick<Database, 'unlimited'>, day: string): Promise<void> {
  return database.unlimited(async (connection) => {
    await sql`set lock_timeout = '500ms'`.execute(connection);
    for (const table of partitioned) await rewrite(connection, nameOf(table, day));
    await sql`update kept set freed = 0 where day = ${day}::date`.execute(connection);
  });
}

/** A full vacuum copies also what any transaction of the database may still see, an ANALYZE of another table among them: a plain one tells first whether there is such. */
async function rewrite(connection: Kysely<unknown>, table: string): Promise<void> {
  await sql`vacuum ${sql.table(table)}`.execute(connection);
  const { rows } = await sql<{ dead: number }>`select pg_stat_get_dead_tuples(${table}::regclass)::int as dead`.execute(connection);
  if (rows[0]?.dead) throw new Error(`a transaction may still see ${rows[0].dead} deleted rows of ${table}`);
  await sql`vacuum (full, analyze) ${sql.table(table)}`.execute(connection);
}

export async function dropPartitions(tx: JournalTransaction, day: string): Promise<void> {
  for (const table of partitioned) await sql`drop table if exists ${sql.table(nameOf(table, day))}`.execute(tx);
  await sql`delete from kept where day = ${day}::date`.execute(tx);
}
