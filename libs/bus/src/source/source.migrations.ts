import type { Migrations } from '@warren/database';

/** For a service with timer sources: add these to its own migrations. */
export const sourceMigrations: Migrations = {
  '0001-warren-timer-source': {
    async up(db) {
      await db.schema
        .createTable('timer_source')
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('run', 'integer', (column) => column.notNull())
        .addColumn('n', 'bigint', (column) => column.notNull().defaultTo(0))
        .addColumn('due', 'timestamptz', (column) => column.notNull())
        .addColumn('epoch', 'bigint', (column) => column.notNull())
        .addPrimaryKeyConstraint('timer_source_pk', ['name', 'run'])
        .execute();
    },
  },
};
