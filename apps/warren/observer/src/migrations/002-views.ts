import { sql, type Migrations } from '@warren/database';

/** What other services may read, in a schema of its own: gateway and httpserv have a role that reads it. */
export const views: Migrations[string] = {
  async up(db) {
    // Where schemas are provisioned it is there, and the observer's role may not create one.
    await sql`
      do $$ begin
        if not exists (select from pg_namespace where nspname = 'journal') then create schema journal; end if;
      end $$;

      create view journal.messages as
        select seq, at, id, journey, flow, exchange, topic, type, service, run, attempt, parent, "foreign", line, size, digest, differs
        from messages;
      create view journal.contracts as select flow, exchange, name, topic, version, type, terminal, secret, schema, line from contracts;
      create view journal.consumers as select queue, name, flow, exchange, pattern, contract, service, concurrency, policy from consumers;
      create view journal.sources as select flow, name, contract, service, every from sources;
      create view journal.open_hops as
        select flow, queue, consumer, message, journey, opened_seq, root_seq, retry_at from hops where outcome in ('open', 'retried');
      create view journal.markers as select id, seq, at from markers;
    `.execute(db);
  },
};
