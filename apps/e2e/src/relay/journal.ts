import { Database, sql } from '@warren/database';
import { type System } from '../system/system.js';

export interface Journey {
  journey: string;
  /** Topics of its messages, in the observer's order. */
  topics: string[];
  /** Whether a message of it came again with another body. */
  differs: boolean;
}

/** The journeys of the relay flow, as the journal has them. */
export async function relayJourneys({ run }: System): Promise<Journey[]> {
  const database = new Database({ url: run.database.url, schema: 'journal', readOnly: true });
  try {
    const { rows } = await sql<Journey>`select journey, array_agg(topic order by seq) as topics, bool_or(differs) as differs
      from messages where flow = 'relay' group by journey`.execute(database.kysely);
    return rows;
  } finally {
    await database.close();
  }
}
