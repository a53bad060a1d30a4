import { type Migrations } from '@warren/database';

export const migrations: Migrations = {
  '001-finished': {
    async up(db) {
      await db.schema
        .createTable('finished')
        .addColumn('message', 'uuid', (column) => column.primaryKey())
        .addColumn('at', 'timestamptz', (column) => column.notNull())
        .execute();
      await db.schema.createIndex('finished_at').on('finished').column('at').execute();
    },
  },
};
