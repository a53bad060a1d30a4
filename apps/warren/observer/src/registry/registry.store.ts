import { sql } from '@warren/database';
import { type Announcement } from '@warren/protocol';
import { type JournalTransaction } from '../storage/journal.tables.js';
import { consumersOf, contractsOf, flowsOf, Registry, sourcesOf, type Consumer, type Contract } from './registry.js';

type StoredContract = Omit<Contract, 'line'> & { line: string | null };

export async function loadRegistry(tx: JournalTransaction, version: number): Promise<Registry> {
  const contracts = await sql<StoredContract>`select * from contracts order by flow, name, version`.execute(tx);
  const consumers = await sql<Consumer>`select * from consumers order by queue`.execute(tx);
  // A contract without a template has none in the table either, where that is null.
  return new Registry(version, contracts.rows.map((row) => ({ ...row, line: row.line ?? undefined })), consumers.rows); // prettier-ignore
}

/** Upserts what instances announced, where two of them differ the later wins; then takes out the consumers whose queues are retired. */
export async function saveRegistry(tx: JournalTransaction, announcements: readonly Announcement[], retired: readonly string[]): Promise<void> {
  if (announcements.length + retired.length === 0) return;
  await upsert(tx, 'contracts', ['flow', 'name', 'version'], announcements.flatMap(contractsOf));
  await upsert(tx, 'consumers', ['queue'], announcements.flatMap(consumersOf));
  await upsert(tx, 'sources', ['flow', 'name'], announcements.flatMap(sourcesOf));
  await upsert(tx, 'flows', ['name'], announcements.flatMap(flowsOf));
  if (retired.length > 0) await sql`delete from consumers where queue = any(${retired}::text[])`.execute(tx);
  await sql`update journal_state set registry_version = registry_version + 1`.execute(tx);
}

type Table = 'contracts' | 'consumers' | 'sources' | 'flows';

const columns = {
  contracts: ['exchange', 'topic', 'type', 'terminal', 'secret', 'search', 'schema', 'line'],
  consumers: ['name', 'flow', 'exchange', 'pattern', 'contract', 'service', 'concurrency', 'policy'],
  sources: ['contract', 'service', 'every', 'takes'],
  flows: ['exchange', 'deadline'],
} as const;

async function upsert<R extends object>(tx: JournalTransaction, table: Table, key: readonly (keyof R & string)[], rows: readonly R[]): Promise<void> {
  const latest = [...new Map(rows.map((row) => [JSON.stringify(key.map((column) => row[column])), row])).values()];
  if (latest.length === 0) return;
  const all = [...key, ...columns[table]].map((column) => sql.ref(column));
  const set = columns[table].map((column) => sql`${sql.ref(column)} = excluded.${sql.ref(column)}`);
  await sql`
    insert into ${sql.table(table)} (${sql.join(all)})
    select ${sql.join(all)} from jsonb_populate_recordset(null::${sql.table(table)}, ${JSON.stringify(latest)}::jsonb)
    on conflict (${sql.join(key.map((column) => sql.ref(column)))}) do update set ${sql.join(set)}
  `.execute(tx);
}
