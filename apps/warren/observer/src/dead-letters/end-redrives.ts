import { sql } from '@warren/database';
import { type JournalTransaction } from '../storage/journal.tables.js';

/** A message that came to an end after a redrive. */
export interface EndedRedrive {
  message: string;
  queue: string;
  /** That redrive's number: one more than that of the dead letter it began with. */
  redrive: number;
}

/** Tells the dead letters what became of their redrives; one that has ended already keeps its end. Only under the journal's lock. */
export async function endRedrives(tx: JournalTransaction, ended: readonly EndedRedrive[], state: 'handled' | 'dead-again'): Promise<void> {
  if (ended.length === 0) return;
  await sql`
    update dead_letters letter set state = ${state}
    from unnest(${ended.map(({ message }) => message)}::uuid[], ${ended.map(({ queue }) => queue)}::text[], ${ended.map(({ redrive }) => redrive - 1)}::int[])
      as ended (message, queue, redrive)
    where letter.message = ended.message and letter.queue = ended.queue and letter.redrive = ended.redrive and letter.state in ('redriving', 'redriven')
  `.execute(tx);
}
