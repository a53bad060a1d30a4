import { Injectable } from '@nestjs/common';
import { Database, sql } from '@warren/database';
import { noteEnds } from '../ends/ends.store.js';
import { lockJournal } from '../storage/journal.lock.js';
import { type JournalTransaction } from '../storage/journal.tables.js';
import { moveOn, type Next, type OperationRow } from './operations.store.js';
import { nextOf } from './selection.js';

/** Gives dead letters up for good: they are kept, and nobody has to look after them. */
@Injectable()
export class Discard {
  constructor(private readonly database: Database) {}

  /** @returns how many letters it took. */
  async chunk(operation: OperationRow, most: number): Promise<number> {
    const next = await nextOf(this.database.kysely, operation, most);
    await this.database.transaction((tx) => discard(tx, operation, next));
    return next.ids.length;
  }
}

async function discard(tx: JournalTransaction, operation: OperationRow, next: Next): Promise<void> {
  await lockJournal(tx);
  if (!(await moveOn(tx, operation, next))) return;
  const { rows } = await sql<{ message: string; journey: string; queue: string; redrive: number }>`
    update dead_letters set state = 'discarded', operation = ${operation.id}, refusal = null
    where id = any(${next.ids}::bigint[]) and state = 'dead' returning message, journey, queue, redrive
  `.execute(tx);
  const all = (name: 'message' | 'queue' | 'redrive') => sql.val(rows.map((row) => row[name]));
  for (const id of [sql.ref('h.message'), sql.ref('h.alias')]) {
    await sql`
      update hops h set outcome = 'discarded', retry_at = null
      from unnest(${all('message')}::uuid[], ${all('queue')}::text[], ${all('redrive')}::int[]) l (message, queue, redrive)
      where ${id} = l.message and h.queue = l.queue and h.redrive <= l.redrive
    `.execute(tx);
  }
  await noteEnds(tx, rows.map(({ journey }) => journey)); // prettier-ignore
}
