import { sql, type Migrations } from '@warren/database';

/** For a service with an outbox: add these to its own migrations. */
export const outboxMigrations: Migrations = {
  '0002-warren-outbox': {
    async up(db) {
      await sql`
        create table outbox (
          id bigint generated always as identity primary key, message uuid not null, exchange text not null, topic text not null, type text not null, payload text not null
        )`.execute(db);
    },
  },
};
