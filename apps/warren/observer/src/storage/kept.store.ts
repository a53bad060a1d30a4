import { sql } from '@warren/database';
import { type JournalTransaction, type MessageRow } from './journal.tables.js';

/** What the journal keeps of a flow in a day. */
export interface Kept {
  /** `2026-11-20`. */
  day: string;
  flow: string;
  /** Its part of what all of the day takes on the disk, from 0 to 1. */
  share: number;
}

type Messages = readonly Pick<MessageRow, 'day' | 'flow' | 'body' | 'line'>[];

/** Counts messages that are added. */
export async function countKept(tx: JournalTransaction, messages: Messages): Promise<void> {
  if (messages.length === 0) return;
  const all = <K extends 'day' | 'flow'>(name: K) => sql.val(messages.map((row) => row[name]));
  const bytes = messages.map(({ body, line }) => body.length + Buffer.byteLength(line));
  await sql`
    insert into kept (day, flow, bytes)
    select day, flow, sum(bytes) from unnest(${all('day')}::date[], ${all('flow')}::text[], ${bytes}::bigint[]) each (day, flow, bytes) group by 1, 2 order by 1, 2
    on conflict (day, flow) do update set bytes = kept.bytes + excluded.bytes
  `.execute(tx);
}

/** The oldest first. */
export async function listKept(tx: JournalTransaction, flow: string): Promise<Kept[]> {
  const { rows } = await sql<Kept>`
    select day::text, flow, bytes / greatest(total, 1)::float8 as share
    from (select *, sum(bytes + freed) over (partition by day) as total from kept) each
    where flow = ${flow} and bytes > 0 order by day
  `.execute(tx);
  return rows;
}

/** Days of which a tenth and more is deleted: Postgres gives that back when their tables are written anew. */
export async function listFreed(tx: JournalTransaction): Promise<string[]> {
  const { rows } = await sql<{ day: string }>`
    select day::text from kept group by day having sum(freed) > 0 and sum(freed) * 10 >= sum(bytes + freed) order by day
  `.execute(tx);
  return rows.map(({ day }) => day);
}
