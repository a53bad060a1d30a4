import { Database, sql } from '@warren/database';
import { type System } from '../system/system.js';

/** Ids of the messages whose end the journal still waits for. */
export async function openMessages({ run }: System): Promise<string[]> {
  const database = new Database({ url: run.database.url, schema: 'journal', readOnly: true });
  try {
    const { rows } = await sql<{ message: string }>`select distinct message from open_hops`.execute(database.kysely);
    return rows.map(({ message }) => message);
  } finally {
    await database.close();
  }
}
