import { sql, type Migrations } from '@warren/database';

/** Messages found by what their contracts name, and by time over all flows: `at` has the order of `seq`. */
export const search: Migrations[string] = {
  async up(db) {
    await sql`
      alter table contracts add column search text[];
      alter table messages add column search jsonb;
      comment on column messages.search is 'The payload fields that its contract names';
      create index on messages using gin (search jsonb_path_ops) where search is not null;
      create index on messages (at);
      create index on messages (at) where parent is null;

      create or replace view journal.messages as
        select seq, at, id, journey, flow, exchange, topic, type, service, run, attempt, parent, "foreign", line, size, digest, differs, parent_queue, published, search
        from messages;
    `.execute(db);
  },
};
