import { inboxMigrations, outboxMigrations } from '@warren/bus';
import { sql, type Migrations } from '@warren/database';

/** The tables of all rivals, with Warren's outbox and inbox. */
export const migrations: Migrations = {
  ...outboxMigrations,
  ...inboxMigrations,
  '001-jobs': {
    async up(db) {
      await sql`create table jobs (n int primary key, message text not null, at timestamptz not null default now())`.execute(db);
      await sql`create table results (id int generated always as identity, job int not null, attempt int not null)`.execute(db);
    },
  },
};
