import { sql, type Migrations } from '@warren/database';

export const migrations: Migrations = {
  '001-targets': {
    async up(db) {
      await sql`
        create table revisions (
          id int generated always as identity primary key, at timestamptz not null default now(), hash text not null
        )`.execute(db);
      await sql`
        create table targets (
          name text primary key, spec jsonb not null, leaving text, changed_at timestamptz not null default now(),
          disabled text, opened text, breaker jsonb,
          next_request timestamptz not null default now(), next_probe timestamptz not null default now()
        )`.execute(db);
      await sql`
        create table events (
          id bigint generated always as identity primary key, at timestamptz not null default now(),
          target text not null, kind text not null, by text not null, detail text
        )`.execute(db);
      await sql`create index on events (target, id)`.execute(db);
    },
  },
  '002-deliveries': {
    async up(db) {
      await sql`
        create table deliveries (
          message uuid not null, target text not null, seq bigint generated always as identity, at timestamptz not null default now(),
          journey uuid not null, release text not null, state text not null, next_at timestamptz, changed_at timestamptz not null default now(),
          primary key (message, target)
        )`.execute(db);
      await sql`create index on deliveries (seq)`.execute(db);
      await sql`create index on deliveries (target, seq)`.execute(db);
      await sql`create index on deliveries (target, seq) where state <> 'delivered'`.execute(db);
      await sql`
        create table attempts (
          id bigint generated always as identity primary key, message uuid not null, target text not null, at timestamptz not null,
          attempt int not null, redrive int not null, instance text not null, ms int not null, status int, outcome text not null, error text, body text
        )`.execute(db);
      await sql`create index on attempts (message, target)`.execute(db);
      await sql`create index on attempts (target, at desc) include (outcome, status)`.execute(db);
    },
  },
};
