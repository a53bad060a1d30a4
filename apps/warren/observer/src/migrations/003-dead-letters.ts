import { sql, type Migrations } from '@warren/database';

/** Dead letters, their groups, and what operators do with them. Nothing here expires with the journal's days. */
export const deadLetters: Migrations[string] = {
  async up(db) {
    await sql`
      create table dead_letters (
        id bigint generated always as identity primary key, at timestamptz not null,
        message uuid not null, journey uuid not null, queue text not null, consumer text not null, redrive int not null,
        flow text not null, contract text, service text, run int, parent text, "foreign" text, attempt int not null,
        "group" text not null, cause text not null, error text not null, stack text,
        headers jsonb not null, content_type text, digest text not null, size int not null, line text not null,
        payload jsonb, compressed boolean not null, body bytea not null, shown bytea,
        state text not null default 'dead', edited boolean not null default false, edited_digest text,
        operation uuid, refusal text, origin text, copies int not null default 0,
        unique (message, queue, redrive)
      );
      alter table dead_letters alter column body set storage external, alter column shown set storage external;
      comment on column dead_letters."foreign" is 'Digest of a message that Warren did not publish';
      comment on column dead_letters.body is 'As it was published or edited: what a redrive sends';
      comment on column dead_letters.shown is 'The body without its secrets, where it has some';
      comment on column dead_letters.origin is 'The queue that it was taken in from, where that is not the queue of dead letters';
      create index on dead_letters (id) where state = 'dead';
      create index on dead_letters ("group", id) where state = 'dead';
      create index on dead_letters (queue, id);
      create index on dead_letters (consumer, id) where state = 'dead';
      create index on dead_letters (flow, id) where state = 'dead';
      create index on dead_letters (at);
      create index on dead_letters (journey);
      create index on dead_letters (operation, id) where operation is not null;
      create index on dead_letters (digest) where "foreign" is not null;
      create index on dead_letters using gin (payload jsonb_path_ops);

      create table dead_groups (
        id text primary key, flow text not null, queue text not null, consumer text not null,
        cause text not null, error text not null, stack text,
        dead bigint not null default 0, total bigint not null default 0, expired bigint not null default 0, first_seen timestamptz not null, last_seen timestamptz not null
      );
      comment on column dead_groups.expired is 'Of total, those that retention has deleted';
      create index on dead_groups (last_seen desc, id);
      create table dead_hours ("group" text, hour timestamptz, dead bigint not null, primary key ("group", hour));
      create table dead_notes (id uuid primary key, "group" text not null, at timestamptz not null, by text not null, text text not null);
      create index on dead_notes ("group", at);

      create table attempts (
        message uuid, queue text, redrive int, attempt int, outcome text not null, service text not null, instance text not null,
        started_at timestamptz not null, finished_at timestamptz not null, error_name text, error_message text, retry_at timestamptz,
        primary key (message, queue, redrive, attempt)
      );
      create index on attempts (finished_at);
      alter table journal_state add column attempts_since timestamptz not null default '-infinity';
      comment on column journal_state.attempts_since is 'Earlier attempts were looked at by retention: what is left of them has a dead letter';

      create table operations (
        id uuid primary key, kind text not null, state text not null, by text not null, at timestamptz not null,
        selection jsonb, queue text, origin text, rate double precision, total bigint not null, done bigint not null default 0,
        last_id bigint not null default 0, most_id bigint not null default 0,
        open bigint not null default 0, handled bigint not null default 0, dead_again bigint not null default 0,
        discarded bigint not null default 0, adopted bigint not null default 0, refused bigint not null default 0,
        finished_at timestamptz, problem text
      );
      create index on operations (at, id) where finished_at is null;
      comment on column operations.last_id is 'The dead letter up to which it has come';
      comment on column operations.most_id is 'The newest dead letter when it began: what dies later is not its';

      create table answers (
        id uuid primary key, seq bigint generated always as identity, at timestamptz not null, by text not null, action text not null,
        subject jsonb not null, refusal jsonb
      );
      create index on answers (seq);

      create table intakes (queue text primary key, last_batch bigint not null, copies_since bigint not null);
      comment on table intakes is 'For each queue that dead letters come from: where copies of messages without an id are looked for';
    `.execute(db);
    await sql.raw(counting).execute(db);
  },
};

/**
 * Groups and operations count by a trigger, in the statement that changes a dead letter: no path can forget it. What an operation has come to with a letter
 * stays its outcome when another one takes the letter. Rows are locked in the order of their keys.
 */
const counting = `
  create function count_dead_letters() returns trigger language plpgsql set search_path from current as $$
  begin
    update dead_groups g set dead = g.dead + change.dead
    from (
      select "group", sum(n) as dead from (
        select "group", 1 as n from came where state = 'dead'
        union all select "group", -1 from went where state = 'dead'
      ) each group by 1 having sum(n) <> 0 order by 1
    ) change where g.id = change."group";
    update operations o set
      open = o.open + coalesce(change.open, 0), handled = o.handled + coalesce(change.handled, 0), dead_again = o.dead_again + coalesce(change.dead_again, 0),
      discarded = o.discarded + coalesce(change.discarded, 0), refused = o.refused + coalesce(change.refused, 0)
    from (
      select operation,
        sum(n) filter (where state in ('redriving', 'redriven')) as open, sum(n) filter (where state = 'handled') as handled,
        sum(n) filter (where state = 'dead-again') as dead_again, sum(n) filter (where state = 'discarded') as discarded,
        sum(n) filter (where state = 'dead' and refusal is not null) as refused
      from (
        select operation, state, refusal, 1 as n from came where operation is not null
        union all select operation, went.state, went.refusal, -1 from went join came using (id, operation)
      ) each group by 1 order by 1
    ) change where o.id = change.operation;
    return null;
  end $$;
  create trigger count_changed after update on dead_letters
    referencing old table as went new table as came for each statement execute function count_dead_letters();
`;
