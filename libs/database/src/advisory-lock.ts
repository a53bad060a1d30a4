import { Client } from 'pg';
import { connection, ignored, type ConnectionOptions } from './pool.js';

export interface LockOptions {
  /** True: waits until the lock is free. False: gives up at once when another holds it. */
  wait: boolean;
}

/** What the holder of a lock has to know: `lost` aborts when the session that holds it is gone. */
export type Locked<R> = (lost: AbortSignal) => Promise<R>;

/**
 * Runs `work` while a session holds the advisory lock; undefined when another has it and `wait` is false.
 * The session is outside the pool: waiters can never take the connections that the holder works with.
 */
export async function withAdvisoryLock<R>(
  options: ConnectionOptions, key: string, work: Locked<R>, { wait }: LockOptions,
): Promise<R | undefined> {
  const client = new Client(connection(options));
  const lost = new AbortController();
  client.on('error', ignored);
  client.on('end', () => lost.abort(new Error(`The connection that held the lock "${key}" is gone.`)));
  try {
    await client.connect();
    if (await lock(client, key, wait)) return await work(lost.signal);
    return undefined;
  } finally {
    await client.end();
  }
}

async function lock(client: Client, key: string, wait: boolean): Promise<boolean> {
  if (wait) {
    await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [key]);
    return true;
  }
  const { rows } = await client.query<{ held: boolean }>('select pg_try_advisory_lock(hashtextextended($1, 0)) as held', [key]);
  return rows[0]?.held ?? false;
}
