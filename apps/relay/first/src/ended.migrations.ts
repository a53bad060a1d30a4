import { type Migrations } from '@warren/database';

export const migrations: Migrations = {
  '001-ended': {
    async up(db) {
      await db.schema
        .createTable('ended')
        .addColumn('journey', 'uuid', (column) => column.primaryKey())
        .addColumn('state', 'text', (column) => column.notNull())
        .addColumn('at', 'timestamptz', (column) => column.notNull())
        .execute();
      await db.schema.createIndex('ended_at').on('ended').column('at').execute();
    },
  },
};
