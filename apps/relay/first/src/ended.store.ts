import { Injectable } from '@nestjs/common';
import { Database, sql } from '@warren/database';
import { type JourneyEnd } from '@warren/protocol';

/** How long an end may be told again, in days: the journal keeps none for longer, unless it is told to. */
const keep = 7;

/** How journeys have ended, as far as first was told. */
@Injectable()
export class EndedStore {
  constructor(private readonly database: Database) {}

  /**
   * Does the work for an end that is news, then stores it: the first of a journey, or that one is complete which was dead, by a redrive or a discard. Ends come more than
   * once and in no order, and what is complete is never dead again. A process that dies between the two does it again when the end comes back.
   */
  async once({ journey, state }: Pick<JourneyEnd, 'journey' | 'state'>, work: () => void): Promise<void> {
    await this.database.transaction(async (transaction) => {
      const { numAffectedRows } = await sql`
        with forgotten as (
          delete from ended where journey in (
            select journey from ended where at < now() - ${keep} * interval '1 day' and journey <> ${journey} order by at limit 10 for update skip locked)
        )
        insert into ended (journey, state, at) values (${journey}, ${state}, now())
        on conflict (journey) do update set state = excluded.state, at = excluded.at where ended.state = 'dead' and excluded.state = 'complete'`.execute(transaction);
      if (numAffectedRows === 1n) work();
    });
  }
}
