import { CompiledQuery, type Database, type Migrations, sql } from '@warren/database';
import connectPgSimple from 'connect-pg-simple';
import session from 'express-session';
import { type SessionStore } from './session-store.js';

/** For a service with sessions: add these to its own migrations. The columns are those of connect-pg-simple. */
export const sessionMigrations: Migrations = {
  '0001-warren-session': {
    async up(db) {
      await db.schema
        .createTable('session')
        .addColumn('sid', 'text', (column) => column.primaryKey())
        .addColumn('sess', 'json', (column) => column.notNull())
        .addColumn('expire', 'timestamptz', (column) => column.notNull())
        .execute();
      await db.schema.createIndex('session_expire').on('session').column('expire').execute();
    },
  },
};

/** Sessions in the schema of a service whose migrations have `sessionMigrations`. What has expired is deleted every 15 minutes. */
export function postgresSessionStore(database: Database): SessionStore {
  const store = new (connectPgSimple(session))({ pool: poolOf(database), tableName: 'session', errorLog: () => undefined });
  return {
    store,
    count: async () => {
      const counted = await sql<{ count: number }>`select count(*) as count from session where expire >= now()`.execute(database.kysely);
      return counted.rows[0]?.count ?? 0;
    },
    close: () => {
      store.close();
      return Promise.resolve();
    },
  };
}

/** The store wants a pool and only ever queries it: it gets the service's own connections, not a driver of its own. */
function poolOf({ kysely }: Database): connectPgSimple.PGStoreOptions['pool'] {
  const query = (text: string, values: readonly unknown[] = []) => kysely.executeQuery(CompiledQuery.raw(text, [...values]));
  return { query } as unknown as connectPgSimple.PGStoreOptions['pool'];
}
