import { sql } from '@warren/database';
import { type ObserverRequest, type Refusal } from '@warren/protocol';
import { storable, storableJson } from '../dead-letters/storable.js';
import { type JournalTransaction } from '../storage/journal.tables.js';

/** Says what became of a request; refusal null: it is done. Resolves to false where it has an answer already, which stays. */
export async function answer(tx: JournalTransaction, request: ObserverRequest, refusal: Refusal | null): Promise<boolean> {
  const { numAffectedRows } = await sql`
    insert into answers (id, at, by, action, subject, refusal)
    values (${request.id}, clock_timestamp(), ${storable(request.by)}, ${actionOf(request)}, ${storableJson(subjectOf(request))}::jsonb,
      ${refusal && storableJson(refusal)}::jsonb)
    on conflict (id) do nothing
  `.execute(tx);
  return numAffectedRows === 1n;
}

const actionOf = (request: ObserverRequest): string => (request.kind === 'steer' ? request.steer : request.kind);

/** What an operator did it to. No payload and no text: an audit has no secrets. */
function subjectOf(request: ObserverRequest): unknown {
  switch (request.kind) {
    case 'redrive':
    case 'discard':
    case 'replay':
      return request.selection;
    case 'adopt':
      return { queue: request.queue, origin: request.origin };
    case 'steer':
      return request.operation;
    case 'edit':
      return request.deadLetter;
    case 'note':
      return request.group;
  }
}
