import { sql } from '@warren/database';
import { type ObserverRequest } from '@warren/protocol';
import { storable } from '../dead-letters/storable.js';
import { type JournalTransaction } from '../storage/journal.tables.js';
import { RequestRefused } from './request.errors.js';

type NoteRequest = Extract<ObserverRequest, { kind: 'note' }>;

/** @throws RequestRefused 404 */
export async function addNote(tx: JournalTransaction, { id, by, group, text }: NoteRequest): Promise<void> {
  const { numAffectedRows } = await sql`
    insert into dead_notes (id, "group", at, by, text)
    select ${id}, id, clock_timestamp(), ${by}, ${storable(text)} from dead_groups where id = ${group}
  `.execute(tx);
  if (!numAffectedRows) throw new RequestRefused(404, 'unknown-group', `There is no group "${group}" of dead letters.`);
}
