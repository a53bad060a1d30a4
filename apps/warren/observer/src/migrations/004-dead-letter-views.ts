import { sql, type Migrations } from '@warren/database';

/** What gateways read of dead letters: never a body with its secrets. The columns of dead_letters are the fields of a search, see deadLetterFields. */
export const deadLetterViews: Migrations[string] = {
  async up(db) {
    await sql`
      create view journal.dead_letters as
        select id, message, journey, flow, queue, consumer, contract, service, "foreign" is not null as "foreign", redrive, attempt, state,
          "group", cause, error, at, size, line, edited, operation, refusal, payload,
          stack, headers, content_type, digest, compressed and shown is null as compressed, coalesce(shown, body) as shown
        from dead_letters;
      create view journal.dead_groups as
        select g.id, flow, queue, consumer, cause, error, stack, dead, total, first_seen, last_seen,
          (
            select array_agg(coalesce(h.dead, 0) order by hour.hour)
            from generate_series(date_trunc('hour', now()) - interval '23 hours', date_trunc('hour', now()), interval '1 hour') as hour (hour)
            left join dead_hours h on h.hour = hour.hour and h."group" = g.id
          ) as trend,
          (
            select coalesce(jsonb_agg(jsonb_build_object('at', n.at, 'by', n.by, 'text', n.text) order by n.at), '[]') from dead_notes n where n."group" = g.id
          ) as notes
        from dead_groups g;
      create view journal.attempts as
        select message, queue, redrive, attempt, outcome, service, instance, started_at, finished_at, error_name, error_message, retry_at from attempts;
      create view journal.hops as
        select message, alias, queue, consumer, flow, journey, outcome, attempt, redrive, service, instance, started_at, finished_at, retry_at,
          children, error_name, error_message
        from hops;
      create view journal.operations as
        select id, kind, state, by, at, selection, queue, rate, total, done, open, handled, dead_again, discarded, adopted, refused, finished_at, problem
        from operations;
      create view journal.answers as select id, seq, at, by, action, subject, refusal from answers;
    `.execute(db);
  },
};
