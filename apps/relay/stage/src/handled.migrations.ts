import { type Migrations } from '@warren/database';

export const migrations: Migrations = {
  '001-handled': {
    async up(db) {
      await db.schema
        .createTable('handled')
        .addColumn('message', 'uuid', (column) => column.primaryKey())
        .addColumn('published', 'timestamptz', (column) => column.notNull())
        .addColumn('at', 'timestamptz', (column) => column.notNull())
        .execute();
      await db.schema.createIndex('handled_at').on('handled').column('at').execute();
    },
  },
};
