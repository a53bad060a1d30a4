import { sql, type Migrations } from '@warren/database';

/** What journeys are told by: how long one may be open, when a message was published, since when a consumer is expected to take it. */
export const journeys: Migrations[string] = {
  async up(db) {
    await sql`
      create table flows (name text primary key, exchange text not null, deadline bigint not null);
      comment on table flows is 'Those that say how long, in milliseconds, a journey of theirs may be open';
      alter table messages add column published timestamptz;
      comment on column messages.published is 'By the publisher''s clock';
      alter table hops add column since timestamptz;
      comment on column hops.since is 'When it was opened, or opened again by a redrive';
      create index on hops (journey);

      create view journal.flows as select name, exchange, deadline from flows;
      create or replace view journal.messages as
        select seq, at, id, journey, flow, exchange, topic, type, service, run, attempt, parent, "foreign", line, size, digest, differs, parent_queue, published
        from messages;
      create or replace view journal.hops as
        select message, alias, queue, consumer, flow, journey, outcome, attempt, redrive, service, instance, started_at, finished_at, retry_at,
          children, error_name, error_message, opened_seq, since
        from hops;
    `.execute(db);
  },
};
