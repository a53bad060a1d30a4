import { sql } from '@warren/database';
import { type Announcement } from '@warren/protocol';
import { type JournalTransaction } from '../storage/journal.tables.js';

/** Notes which services have announced which flows. */
export async function saveAnnounced(tx: JournalTransaction, announcements: readonly Announcement[]): Promise<void> {
  const pairs = announcements.flatMap(({ service, flows }) => flows.map(({ name }) => ({ flow: name, service })));
  if (pairs.length === 0) return;
  await sql`
    insert into announced (flow, service)
    select * from unnest(${pairs.map(({ flow }) => flow)}::text[], ${pairs.map(({ service }) => service)}::text[])
    on conflict do nothing
  `.execute(tx);
}
