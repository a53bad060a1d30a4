import { inboxMigrations, outboxMigrations } from '@warren/bus';
import { type JobState } from '@warren/contracts';
import { sql, type Generated, type Migrations } from '@warren/database';
import { sessionMigrations } from '@warren/service';

export interface Tables {
  jobs: JobTable;
  attempts: AttemptTable;
}

/** A job that was begun, given up or cancelled. */
export interface JobTable {
  id: string;
  /** Null: its message has not come. */
  message: string | null;
  session: string | null;
  state: Exclude<JobState, 'queued'>;
  /** Counts what happened to it. */
  step: Generated<number>;
  round: number;
  received_at: Generated<Date>;
  /** The place among the jobs that are done. */
  seq: number | null;
  done_at: Date | null;
  /** What the attempt that succeeded took. */
  ms: number | null;
}

export interface AttemptTable {
  id: Generated<number>;
  job: string;
  round: number;
  attempt: number;
  instance: string;
  started_at: Generated<Date>;
  finished_at: Date | null;
  error: string | null;
}

export const migrations: Migrations = {
  ...outboxMigrations,
  ...inboxMigrations,
  ...sessionMigrations,
  '001-jobs': {
    async up(db) {
      await sql`create sequence done`.execute(db);
      await sql`
        create table jobs (
          id uuid primary key, message text, session text, state text not null, step int not null default 1, round int not null,
          received_at timestamptz not null default now(), seq bigint, done_at timestamptz, ms int
        )`.execute(db);
      await sql`create index on jobs (seq) where seq is not null`.execute(db);
      await sql`
        create table attempts (
          id bigint generated always as identity primary key, job uuid not null references jobs, round int not null, attempt int not null, instance text not null,
          started_at timestamptz not null default now(), finished_at timestamptz, error text
        )`.execute(db);
      await sql`create index on attempts (job)`.execute(db);
      await sql`create index on jobs (session) where seq is not null`.execute(db);
    },
  },
};
