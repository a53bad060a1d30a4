import { sql, type Migrations } from '@warren/database';

/** For a service with consumers that have an inbox: add these to its own migrations. */
export const inboxMigrations: Migrations = {
  '0003-warren-inbox': {
    async up(db) {
      await sql`
        create table inbox (
          message uuid not null, consumer text not null, redrive int not null, children jsonb not null default '[]', at timestamptz not null default now(),
          primary key (message, consumer, redrive)
        )`.execute(db);
      await sql`create index on inbox (at)`.execute(db);
    },
  },
};
