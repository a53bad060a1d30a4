import { Database, sql } from '@warren/database';
import { onTeardown, type TestDatabase } from '@warren/testing';

/** Keeps everybody from reading a table, as a search that takes for ever. @returns what sets it free */
export async function lockTable({ url }: TestDatabase, table: string): Promise<() => Promise<void>> {
  const database = new Database({ url, schema: 'journal' });
  let free = (): void => undefined;
  const freed = new Promise<void>((resolve) => (free = resolve));
  let held: Promise<void> | undefined;
  await new Promise<void>((resolve, reject) => {
    held = database.transaction(async (tx) => {
      await sql`set local idle_in_transaction_session_timeout = 0`.execute(tx);
      await sql`lock table ${sql.table(table)}`.execute(tx);
      resolve();
      await freed;
    });
    held.catch(reject);
  });
  let released: Promise<void> | undefined;
  const release = () => {
    free();
    return (released ??= Promise.resolve(held).then(() => database.close()));
  };
  onTeardown(release);
  return release;
}
