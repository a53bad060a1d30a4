import { sql, type Migrations } from '@warren/database';

/**
 * What is past, rolled up: a day of millions of attempts is read from a few thousand rows. Durations are counted per logarithmic bucket, with which percentiles are
 * right within 1 %. Source: Masson, Rim and Lee, "DDSketch", VLDB 2019.
 */
export const rollups: Migrations[string] = {
  async up(db) {
    await sql`
      create table slots (minutes int, slot timestamptz, revision int not null default 0, rolled boolean not null, primary key (minutes, slot));
      comment on table slots is 'Stretches of time by their begin: minutes, and hours, which are made of them. What is not rolled up is read from the journal';
      comment on column slots.revision is 'Raised by what comes late: a rollup that was being made meanwhile does not have it';

      create table slot_flows (
        minutes int, slot timestamptz, flow text, published bigint not null, complete bigint not null, dead bigint not null,
        primary key (minutes, slot, flow)
      );
      comment on column slot_flows.complete is 'Journeys that began in the flow and ended in the slot; so for dead';
      create table slot_attempts (
        minutes int, slot timestamptz, flow text, queue text, instance text, consumer text not null, service text not null,
        handled bigint not null, retried bigint not null, dead bigint not null, children bigint not null,
        primary key (minutes, slot, flow, queue, instance)
      );
      create table slot_durations (
        minutes int, slot timestamptz, flow text, queue text, instance text, kind text, longest float8 not null, buckets int[] not null, counts int[] not null,
        primary key (minutes, slot, flow, queue, instance, kind)
      );
      comment on column slot_durations.kind is 'handling or waiting; of the flow, with no queue and no instance, latency';
      comment on column slot_durations.longest is 'Milliseconds, exactly';

      create function journal.bucket(milliseconds float8) returns int language sql immutable parallel safe
        return ceil(ln(greatest(milliseconds, 0.0009)) / ln(1.02::float8))::int;
      comment on function journal.bucket is 'What is below a microsecond has one of its own';
      create function journal.middle(bucket int) returns float8 language sql immutable parallel safe
        return case when bucket > journal.bucket(0) then 2 * power(1.02::float8, bucket) / 2.02 else 0 end;
      comment on function journal.middle is 'Milliseconds, at most 1 % from each that is in the bucket';

      create view journal.slots as select minutes, slot, rolled from slots;
      create view journal.slot_flows as select minutes, slot, flow, published, complete, dead from slot_flows;
      create view journal.slot_attempts as select minutes, slot, flow, queue, instance, consumer, service, handled, retried, dead, children from slot_attempts;
      create view journal.slot_durations as select minutes, slot, flow, queue, instance, kind, longest, buckets, counts from slot_durations;
    `.execute(db);
  },
};
