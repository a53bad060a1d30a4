import { sql, type Migrations } from '@warren/database';

/** The journal: what the observer keeps of all flows. Partitioned by day; `seq` is the order in which it became visible. */
export const journal: Migrations[string] = {
  async up(db) {
    await sql`
      create sequence journal_seq as bigint;

      create table messages (
        day date not null, id uuid not null, seq bigint not null, at timestamptz not null,
        journey uuid not null, parent uuid, parent_queue text,
        flow text not null, exchange text not null, topic text not null, type text, service text,
        run int not null, attempt int not null, redrive int not null,
        "foreign" boolean not null, digest text not null, differs boolean not null default false, copies int not null default 0,
        line text not null, size int not null, compressed boolean not null, body bytea not null,
        primary key (id, day)
      ) partition by list (day);
      alter table messages alter column body set storage external;
      create index on messages (journey);
      create index on messages (flow, run, seq);
      create index on messages (digest) where "foreign";

      create table hops (
        day date not null, message uuid not null, queue text not null, consumer text not null, flow text not null,
        journey uuid not null, alias uuid, digest text, opened_seq bigint not null, root_seq bigint,
        outcome text not null, service text, instance text, attempt int not null, redrive int not null,
        started_at timestamptz, finished_at timestamptz, retry_at timestamptz, children int not null,
        error_name text, error_message text,
        primary key (message, queue, day)
      ) partition by list (day);
      create index on hops (opened_seq) where outcome in ('open', 'retried');
      create index on hops (outcome, opened_seq) where outcome = 'dead';
      create index on hops (alias) where alias is not null;
      create index on hops (digest, queue, opened_seq) where digest is not null and outcome = 'open';

      create table markers (id uuid primary key, seq bigint not null, at timestamptz not null);

      create table journal_state (registry_version bigint not null, last_batch bigint not null, copies_since bigint not null);
      insert into journal_state values (0, 0, 0);

      create table contracts (
        flow text, exchange text not null, name text, topic text not null, version int, type text not null,
        terminal boolean not null, secret text[] not null, schema jsonb not null, line text,
        primary key (flow, name, version)
      );
      create table consumers (
        queue text primary key, name text not null, flow text not null, exchange text not null, pattern text not null,
        contract text not null, service text not null, concurrency int not null, policy jsonb not null
      );
      create table sources (
        flow text, name text, contract text not null, service text not null, every bigint not null,
        primary key (flow, name)
      );
    `.execute(db);
  },
};
