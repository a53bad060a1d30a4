import { sql, type Migrations } from '@warren/database';

/** What sources are told of the ends of their journeys. */
export const ends: Migrations[string] = {
  async up(db) {
    await sql`
      alter table sources add column takes text[] not null default '{}';
      create table rooted (journey uuid primary key, source text not null, takes text[] not null, started timestamptz not null, told text);
      comment on table rooted is 'Journeys whose source wants to know how they end';
      comment on column rooted.told is 'The last end that was noted: what is noted once is not noted again';
      create index on rooted (started);
      create table ends (id uuid primary key, at timestamptz not null, due timestamptz not null, queue text not null, body jsonb not null);
      comment on table ends is 'What the broker has not confirmed yet';
      create index on ends (due);
    `.execute(db);
  },
};
