import { sql, type Migrations } from '@warren/database';

/** Roots that operators have published again, and what a search for them looks at. */
export const replays: Migrations[string] = {
  async up(db) {
    await sql`
      create table replays (
        operation uuid, journey uuid, replay uuid not null unique, at timestamptz not null, state text not null default 'replaying', refusal text,
        primary key (operation, journey)
      );
      comment on column replays.replay is 'The new journey, whose id is given once: however often it is published, it is one message';
      create index on replays (journey);
      create index on replays (operation) where state = 'replaying';
      alter table operations add column replayed bigint not null default 0;
      create index on messages (seq) where id = journey;

      create view journal.replays as select operation, journey, replay, at, state, refusal from replays;
      create view journal.roots as
        select m.seq, m.id as journey, m.flow, m.topic, m.type as contract, m.service, m.run, m."foreign", m.at, m.size, m.line,
          case
            when exists (select from hops h where h.journey = any(m.id || array(select alias from hops a where a.message = m.id)) and h.outcome in ('open', 'retried')) then 'open'
            when exists (select from hops h where h.journey = any(m.id || array(select alias from hops a where a.message = m.id)) and h.outcome = 'dead') then 'dead'
            else 'complete'
          end as state
        from messages m where m.id = m.journey;
      comment on view journal.roots is 'The columns are the fields of a search, see rootFields';
      create or replace view journal.operations as
        select id, kind, state, by, at, selection, queue, rate, total, done, open, handled, dead_again, discarded, adopted, refused, finished_at, problem, replayed
        from operations;
    `.execute(db);
  },
};
