import { fieldsOfJourneys, searchCondition, sql, type Kysely, type RawBuilder } from '@warren/database';
import { journeyTerms, searchedText, type JourneySelection } from '@warren/protocol';
import { type Next, type OperationRow } from './operations.store.js';
import { withinMemory } from './selection.js';

/** Roots that one statement of a search looks at: it must not take long, whatever is searched for. */
const window = 5_000;

/** What a selection finds among `journal.roots r`, by the same words as the gateway's search of journeys. @param among see fieldsOfJourneys @throws SearchError */
export function rootsOf(selection: JourneySelection, among: 'all' | 'few' = 'all'): RawBuilder<boolean> {
  if ('ids' in selection) return sql`r.id = any(${selection.ids}::uuid[])`;
  return searchCondition(selection.query, fieldsOfJourneys(journeyTerms, 'r', among), searchedText);
}

/** The next of an operation's roots by their seqs, `most` of them or fewer. */
export async function nextRoots(db: Kysely<unknown>, operation: OperationRow, selection: JourneySelection, most: number): Promise<Next> {
  const end = 'query' in selection ? await windowEnd(db, operation) : operation.mostId;
  // The index by seq is of messages whose id is their journey's.
  const { rows } = await sql<{ id: number; size: number }>`
    select r.seq as id, r.size from journal.roots r
    where r.id = r.journey and r.seq > ${operation.lastId} and r.seq <= ${end} and ${rootsOf(selection, 'few')} order by r.seq limit ${most}
  `.execute(db);
  const ids = withinMemory(rows);
  const isAll = rows.length < most && ids.length === rows.length;
  return { ids, upTo: isAll ? end : (ids.at(-1) ?? end) };
}

async function windowEnd(db: Kysely<unknown>, { lastId, mostId }: OperationRow): Promise<number> {
  const { rows } = await sql<{ seq: number }>`
    select seq from messages where id = journey and seq > ${lastId} and seq <= ${mostId} order by seq offset ${window - 1} limit 1
  `.execute(db);
  return rows[0]?.seq ?? mostId;
}
