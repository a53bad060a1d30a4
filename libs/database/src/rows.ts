import { type CompiledQuery } from 'kysely';
import { type Pool, type PoolClient } from 'pg';
import Cursor from 'pg-cursor';

/**
 * Rows of a query through a cursor: at most one batch of them is in memory, and the next is fetched when the reader
 * asks for it. A reader that stops early, or a connection that dies, gives the connection up.
 *
 * Kysely's own `stream` waits for ever to close its cursor when the connection is gone.
 */
export async function* streamRows<R>(pool: Pool, { sql, parameters }: CompiledQuery<R>, batch: number): AsyncGenerator<R[]> {
  const client = await pool.connect();
  let finished = false;
  try {
    const cursor = client.query(new Cursor<R>(sql, [...parameters]));
    for (let rows = await cursor.read(batch); rows.length > 0; rows = await cursor.read(batch)) yield rows;
    finished = true;
  } finally {
    release(client, finished);
  }
}

/** A connection with an open cursor is closed, which ends its query on the server too. */
function release(client: PoolClient, finished: boolean): void {
  client.release(!finished);
}
