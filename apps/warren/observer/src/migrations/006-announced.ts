import { sql, type Migrations } from '@warren/database';

/** Which services have announced which flows: who has the contracts of a flow, and so may publish them. */
export const announced: Migrations[string] = {
  async up(db) {
    await sql`
      create table announced (flow text, service text, primary key (flow, service));
      insert into announced select flow, service from consumers union select flow, service from sources;
      create view journal.announced as select flow, service from announced;
    `.execute(db);
  },
};
