import { outboxMigrations } from '@warren/bus';
import { type JobState } from '@warren/contracts';
import { sql, type Generated, type Migrations } from '@warren/database';
import { sessionMigrations } from '@warren/service';

export interface Tables {
  jobs: JobTable;
}

/** A job as it was submitted, and as receiver told last. */
export interface JobTable {
  id: string;
  seq: Generated<number>;
  message: string;
  session: string;
  submitted_at: Generated<Date>;
  state: Generated<JobState>;
  /** Of what was told last: what is older is dropped. */
  step: Generated<number>;
  round: Generated<number>;
  cancelling: Generated<boolean>;
  attempts: Generated<number>;
  instance: string | null;
  error: string | null;
  changed_at: Generated<Date>;
}

export const migrations: Migrations = {
  ...outboxMigrations,
  ...sessionMigrations,
  '001-jobs': {
    async up(db) {
      await sql`
        create table jobs (
          id uuid primary key, seq bigint generated always as identity, message text not null, session text not null, submitted_at timestamptz not null default now(),
          state text not null default 'queued', step int not null default 0, round int not null default 1, cancelling boolean not null default false,
          attempts int not null default 0, instance text, error text, changed_at timestamptz not null default now()
        )`.execute(db);
      await sql`create index on jobs (seq)`.execute(db);
      await sql`create index on jobs (session)`.execute(db);
    },
  },
};
