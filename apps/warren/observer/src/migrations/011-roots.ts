import { sql, type Migrations } from '@warren/database';

/** What journeys are searched by, whether to be shown or to be replayed. What came of a root is looked at where a search asks for it: see fieldsOfJourneys. */
export const roots: Migrations[string] = {
  async up(db) {
    await sql`
      drop view journal.roots;
      create view journal.roots as
        select seq, at, id, journey, flow, topic, type as contract, service, run, "foreign", published, size, line, search as payload
        from messages where parent is null;
      comment on view journal.roots is 'The columns are fields of a search, see journeyFields';
    `.execute(db);
  },
};
