import { Injectable } from '@nestjs/common';
import { Database, sql } from '@warren/database';

/** How long a message may come again, in days. Copies come within minutes, or when a broker that was away is back. */
const keep = 7;

/** What is finished, by the id of its message. */
@Injectable()
export class FinishedStore {
  constructor(private readonly database: Database) {}

  /**
   * Does the work for a message that was not finished yet, then stores it; a copy that comes at the same time waits for that. What is done is not undone: a process that dies
   * between the two does it again when the message comes back.
   */
  async once(message: string, at: Date, work: () => void): Promise<void> {
    await this.database.transaction(async (transaction) => {
      const { numAffectedRows } = await sql`
        with forgotten as (
          delete from finished where message in (
            select message from finished where at < now() - ${keep} * interval '1 day' and message <> ${message} order by at limit 10 for update skip locked)
        )
        insert into finished (message, at) values (${message}, ${at}) on conflict do nothing`.execute(transaction);
      if (numAffectedRows === 1n) work();
    });
  }
}
