import { searchCondition, sql, type Kysely, type RawBuilder } from '@warren/database';
import { deadLetterFields, type Selection } from '@warren/protocol';
import { type Next, type OperationRow } from './operations.store.js';

/** What a word without a field is looked for in. */
const freeText = ['error', 'line'];
/** Dead letters that one statement of a search looks at: it must not take long, whatever is searched for. */
const window = 5_000;
/** Bytes of bodies that one chunk has in memory. */
const mostBytes = 32 * 1024 * 1024;

/** What a selection finds among `journal.dead_letters d`. @throws SearchError */
export function conditionOf(selection: Selection): RawBuilder<boolean> {
  if ('ids' in selection) return sql`d.id = any(${selection.ids}::bigint[])`;
  if ('group' in selection) return sql`d."group" = ${selection.group}`;
  return searchCondition(selection.query, deadLetterFields, freeText, 'd');
}

/** The next of an operation's letters that are dead now, `most` of them or fewer. */
export async function nextOf(db: Kysely<unknown>, operation: OperationRow, most: number): Promise<Next> {
  const { selection, lastId } = operation;
  const end = 'query' in selection ? await windowEnd(db, operation) : operation.mostId;
  const { rows } = await sql<{ id: number; size: number }>`
    select d.id, d.size from journal.dead_letters d
    where d.state = 'dead' and d.id > ${lastId} and d.id <= ${end} and ${conditionOf(selection)}
    order by d.id limit ${most}
  `.execute(db);
  const ids = withinMemory(rows);
  const isAll = rows.length < most && ids.length === rows.length;
  return { ids, upTo: isAll ? end : (ids.at(-1) ?? end) };
}

async function windowEnd(db: Kysely<unknown>, { lastId, mostId }: OperationRow): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    select id from dead_letters where state = 'dead' and id > ${lastId} and id <= ${mostId} order by id offset ${window - 1} limit 1
  `.execute(db);
  return rows[0]?.id ?? mostId;
}

/** One at least. */
export function withinMemory(rows: readonly { id: number; size: number }[]): number[] {
  let bytes = 0;
  const beyond = rows.findIndex(({ size }, index) => (bytes += size) > mostBytes && index > 0);
  return rows.slice(0, beyond < 0 ? rows.length : beyond).map(({ id }) => id);
}
