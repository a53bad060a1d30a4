import { Injectable } from '@nestjs/common';
import { QueueGoneError, QueueInUseError, QueueReader } from '@warren/bus';
import { sql } from '@warren/database';
import { type ObserverRequest } from '@warren/protocol';
import { type JournalTransaction } from '../storage/journal.tables.js';
import { RequestRefused } from './request.errors.js';

export type AdoptRequest = Extract<ObserverRequest, { kind: 'adopt' }>;

/** Of every queue that Warren declares for itself. */
const own = 'warren.';

/** What can be said of an adoption before it begins. */
@Injectable()
export class Adoption {
  constructor(private readonly reader: QueueReader) {}

  /** How many messages wait in the queue. @throws RequestRefused 404, 409, 422 */
  async found({ queue }: AdoptRequest): Promise<number> {
    if (queue.startsWith(own)) throw new RequestRefused(422, 'own-queue', `Queue "${queue}" is Warren's own: nothing in it can be adopted.`);
    try {
      return await this.reader.count(queue);
    } catch (error) {
      if (error instanceof QueueGoneError) throw new RequestRefused(404, 'unknown-queue', error.message);
      if (error instanceof QueueInUseError) throw new RequestRefused(409, 'queue-in-use', error.message);
      throw error;
    }
  }
}

/** @throws RequestRefused 409 */
export async function startAdoption(tx: JournalTransaction, { id, by, queue, origin, rate }: AdoptRequest, found: number): Promise<void> {
  const { rows } = await sql`select from consumers where queue = ${queue}`.execute(tx);
  if (rows.length > 0) throw new RequestRefused(409, 'consumer-queue', `Queue "${queue}" is a consumer's: what waits in it is not dead.`);
  await sql`
    insert into operations (id, kind, state, by, at, queue, origin, rate, total)
    values (${id}, 'adopt', 'running', ${by}, clock_timestamp(), ${queue}, ${origin ?? null}, ${rate ?? null}, ${found})
  `.execute(tx);
}
