import { Injectable } from '@nestjs/common';
import { Database, sql } from '@warren/database';

/** When a message was published and when this stage handled it. */
export interface Handled {
  message: string;
  published: Date;
  at: Date;
}

/** How long a message may come again, in days. Copies come within minutes, or when a broker that was away is back. */
const keep = 7;

/** What this stage has handled: of each message the first time. */
@Injectable()
export class HandledStore {
  constructor(private readonly database: Database) {}

  /** Stores it unless the message is known, and forgets some of what nobody will ask for any more. @returns what is stored of the message */
  async first({ message, published, at }: Handled): Promise<Handled> {
    // The update changes nothing: without it no row is returned where there is one.
    const { rows } = await sql<Handled>`
      with forgotten as (
        delete from handled where message in (
          select message from handled where at < now() - ${keep} * interval '1 day' and message <> ${message} order by at limit 10 for update skip locked)
      )
      insert into handled (message, published, at) values (${message}, ${published}, ${at})
      on conflict (message) do update set message = excluded.message returning message, published, at`.execute(this.database.kysely);
    return rows[0] as Handled;
  }
}
