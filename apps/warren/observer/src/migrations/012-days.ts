import { sql, type Migrations } from '@warren/database';

/** A message and its hops are in partitions of one day: who says so looks into no other. */
export const days: Migrations[string] = {
  async up(db) {
    await sql`
      create or replace view journal.messages as
        select seq, at, id, journey, flow, exchange, topic, type, service, run, attempt, parent, "foreign", line, size, digest, differs, parent_queue, published, search, day
        from messages;
      create or replace view journal.hops as
        select message, alias, queue, consumer, flow, journey, outcome, attempt, redrive, service, instance, started_at, finished_at, retry_at,
          children, error_name, error_message, opened_seq, since, day
        from hops;
      comment on column journal.messages.day is 'The same as that of its hops';
    `.execute(db);
  },
};
