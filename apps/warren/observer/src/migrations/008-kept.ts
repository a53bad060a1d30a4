import { sql, type Migrations } from '@warren/database';

/** How much of each day is whose: retention by flow would otherwise have to read the whole journal to know. */
export const kept: Migrations[string] = {
  async up(db) {
    await sql`
      create table kept (day date, flow text, bytes bigint not null, freed bigint not null default 0, primary key (day, flow));
      comment on column kept.bytes is 'Of bodies, as they are stored, and lines';
      comment on column kept.freed is 'Deleted, and not yet given back to the disk';
      insert into kept (day, flow, bytes) select day, flow, sum(octet_length(body) + octet_length(line)) from messages group by day, flow;
    `.execute(db);
  },
};
