import { Kysely, PostgresDialect } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';
import { openUnlimited, type ConnectionOptions } from './pool.js';

/** Migrations by name, run in the order of their names: `'001-journal'`. */
export type Migrations = Readonly<Record<string, Migration>>;

/**
 * Brings the schema up to date; many may call it at once (Kysely's migrator holds an advisory lock).
 * It has a connection of its own, because a migration may take longer than any query should.
 */
export async function migrate(options: ConnectionOptions, migrations: Migrations): Promise<void> {
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: openUnlimited(options) }) });
  try {
    const provider = { getMigrations: () => Promise.resolve({ ...migrations }) };
    const { error } = await new Migrator({ db, provider, migrationTableSchema: options.schema }).migrateToLatest();
    if (error) throw error as Error;
  } finally {
    await db.destroy();
  }
}
