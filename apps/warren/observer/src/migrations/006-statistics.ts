import { sql, type Migrations } from '@warren/database';

/** Attempts that have ended, by when they did. Each flow's are beside each other: a window of one reads no other's, and no more of its own. */
export const statistics: Migrations[string] = {
  async up(db) {
    await sql`
      create index on hops (flow, finished_at) where finished_at is not null;
      create index on messages (flow, at);

      create view journal.finished as
        -- At once: of these no attempt is kept.
        select h.flow, h.queue, h.consumer, h.service, h.instance, h.outcome, h.children, h.started_at, h.finished_at, coalesce(m.published, m.at) as due
        from hops h left join messages m on m.id = h.message and m.day = h.day
        where h.outcome = 'handled' and h.attempt <= 1 and h.redrive = 0 and h.started_at is not null
          and not exists (select from attempts a where a.message = coalesce(h.alias, h.message) and a.queue = h.queue and a.redrive = 0 and a.attempt = h.attempt)
        union all
        -- Not at once. Their flow is their consumer's, and where that is retired, their hop's.
        select coalesce(c.flow, (select h.flow from hops h where h.message = a.message and h.queue = a.queue limit 1)), a.queue, coalesce(c.name, a.queue), a.service, a.instance, a.outcome,
          case when a.outcome = 'handled' then (select h.children from hops h where h.message = a.message and h.queue = a.queue limit 1) end,
          a.started_at, a.finished_at,
          case
            when a.attempt > 1 then
              (select b.retry_at from attempts b where b.message = a.message and b.queue = a.queue and b.redrive = a.redrive and b.attempt = a.attempt - 1)
            when a.redrive = 0 then (select coalesce(m.published, m.at) from messages m where m.id = a.message limit 1)
            else (select h.since from hops h where h.message = a.message and h.queue = a.queue and h.redrive = a.redrive limit 1)
          end
        from attempts a left join consumers c on c.queue = a.queue;
      comment on view journal.finished is 'Every attempt that has ended. due: when it could have begun; null where that is not known';
    `.execute(db);
  },
};
