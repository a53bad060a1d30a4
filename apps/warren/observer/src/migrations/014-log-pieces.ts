import { sql, type Migrations } from '@warren/database';

/** Message logs as they are read out: to make a line of each row again takes longer than anything else on its way to who reads. */
export const logPieces: Migrations[string] = {
  async up(db) {
    await sql`
      create table log_pieces (
        day date not null, flow text not null, run int not null, first bigint not null, last bigint not null, text text not null
      ) partition by list (day);
      comment on table log_pieces is 'Lines of a run of a flow: all that it has from one seq to another, first and last';
      alter table log_pieces alter column text set storage external;
      create index on log_pieces (flow, run, last);

      -- ISO 8601 with milliseconds, in half the time of to_char: JSON leaves out zeros at the end, and with a microsecond more there are none.
      create function journal.log_time(at timestamptz) returns text stable parallel safe return
        substr(to_json(date_trunc('milliseconds', at at time zone 'UTC') + interval '1 microsecond')::text, 2, 23) || 'Z';
      -- As logLineText.
      create function journal.log_line(at timestamptz, topic text, line text) returns text stable parallel safe return
        journal.log_time(at) || ' Topic ' || case when topic ~ '[\\r\\n]' then translate(topic, E'\\r\\n', '  ') else topic end || ': ' || line;
      create view journal.log_pieces as select flow, run, first, last, text from log_pieces;
    `.execute(db);
    await sql`
      do $$
      declare partition text;
      begin
        for partition in select right(relname, 8) from pg_inherits join pg_class on oid = inhrelid where inhparent = 'messages'::regclass loop
          execute format('create table log_pieces_%s partition of log_pieces for values in (%L) with (toast_tuple_target = 8160)', partition, to_date(partition, 'YYYYMMDD'));
        end loop;
      end $$;
    `.execute(db);
    // A piece has lines of one day only: it ends where the next line is of another.
    await sql`
      insert into log_pieces (day, flow, run, first, last, text)
      select day, flow, run, min(seq), max(seq), string_agg(journal.log_line(at, topic, line) || E'\\n', '' order by seq)
      from (select *, row_number() over (partition by flow, run order by seq) - ofday as island from (
        select *, row_number() over (partition by flow, run, day order by seq) as ofday from messages) each) each
      group by flow, run, day, island, ofday / 50
    `.execute(db);
  },
};
