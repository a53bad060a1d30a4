import { type Database, sql } from '@warren/database';
import { dayAt } from '../journal/day.js';
import { lockJournal } from '../storage/journal.lock.js';
import { type JournalTransaction } from '../storage/journal.tables.js';
import { listFreed, listKept, type Kept } from '../storage/kept.store.js';
import { renewPieces } from '../storage/log-pieces.store.js';
import { listPartitions, nameOf, rewritePartitions } from '../storage/partitions.js';
import { type FlowLimit } from './flow-limits.js';

const oneDay = 86_400_000;
/** In one transaction: the journal waits meanwhile. */
const atOnce = 2_000;

/** Of what day a flow has lost how many messages. */
export interface Shortened {
  flow: string;
  day: string;
  messages: number;
}

/**
 * Deletes of each flow with a limit of its own the oldest days, as far as they are too old or the flow too big; never today's. What belongs to a journey with
 * something open, or dead and not decided, stays as long as its day does.
 */
export async function shortenFlows(database: Database, limits: readonly FlowLimit[], now: number): Promise<Shortened[]> {
  const shortened: Shortened[] = [];
  for (const limit of limits) shortened.push(...(await shorten(database, limit, now)));
  return shortened;
}

/** Gives the disk back that deleted messages took. @throws as rewritePartitions does: then the rest waits for the next time */
export async function giveBack(database: Database): Promise<void> {
  for (const day of await database.transaction(listFreed)) await rewritePartitions(database, day);
}

async function shorten(database: Database, { flow, days = Infinity, bytes: most = Infinity }: FlowLimit, now: number): Promise<Shortened[]> {
  const kept = await database.transaction((tx) => sized(tx, flow));
  let total = kept.reduce((sum, { bytes }) => sum + bytes, 0);
  const shortened: Shortened[] = [];
  for (const { day, bytes } of kept.filter((one) => one.day < dayAt(now))) {
    if (total <= most && !(days < Infinity && day < dayAt(now - days * oneDay))) continue;
    const { messages, part } = await deleteDay(database, flow, day);
    total -= bytes * part;
    if (messages > 0) shortened.push({ flow, day, messages });
  }
  return shortened;
}

/** What a flow takes on the disk, by day: its share of the day's tables and indexes. */
async function sized(tx: JournalTransaction, flow: string): Promise<(Kept & { bytes: number })[]> {
  const sizes = new Map((await listPartitions(tx)).map(({ day, bytes }) => [day, bytes]));
  return (await listKept(tx, flow)).map((kept) => ({ ...kept, bytes: kept.share * (sizes.get(kept.day) ?? 0) }));
}

/** @returns how many messages, and which part of the flow's bytes of that day, from 0 to 1. */
async function deleteDay(database: Database, flow: string, day: string): Promise<{ messages: number; part: number }> {
  let [messages, left, freed] = [0, 0, 0];
  for (let deleted = atOnce; deleted === atOnce; messages += deleted) {
    const gone = await database.transaction((tx) => deleteSome(tx, flow, day));
    ({ deleted, left } = gone);
    freed += gone.freed;
  }
  return { messages, part: freed / Math.max(freed + left, 1) };
}

interface Gone {
  deleted: number;
  /** Bytes, as the day's are counted. */
  freed: number;
  left: number;
}

async function deleteSome(tx: JournalTransaction, flow: string, day: string): Promise<Gone> {
  await lockJournal(tx);
  const [messages, hops] = [sql.table(nameOf('messages', day)), sql.table(nameOf('hops', day))];
  const { rows } = await sql<{ id: string; run: number; seq: number; bytes: number }>`
    delete from ${messages} where ctid = any(array(
      select ctid from ${messages} message where flow = ${flow}
        and not exists (select from hops where hops.journey = message.journey and outcome in ('open', 'retried', 'dead')) limit ${atOnce}
    )) returning id, run, seq, octet_length(body) + octet_length(line) as bytes
  `.execute(tx);
  const ids = rows.map(({ id }) => id);
  const freed = rows.reduce((sum, { bytes }) => sum + bytes, 0);
  await sql`delete from attempts where message = any(${ids}::uuid[]) and not exists (select from dead_letters letter where letter.message = attempts.message)`.execute(tx);
  await sql`delete from ${hops} where message = any(${ids}::uuid[])`.execute(tx);
  await renewPieces(tx, { day, flow }, rows);
  await forgetJourneys(tx, ids);
  const kept = await sql<{ left: number }>`
    update kept set bytes = greatest(bytes - ${freed}, 0), freed = freed + ${freed} where day = ${day}::date and flow = ${flow} returning bytes as left
  `.execute(tx);
  return { deleted: ids.length, freed, left: kept.rows[0]?.left ?? 0 };
}

/**
 * What is kept of journeys beside the journal goes with their roots: what a source has not been told is not told any more, but for what it is being told now.
 * A replay goes with the new root, or the old one where it was refused and there is no new one.
 */
async function forgetJourneys(tx: JournalTransaction, roots: readonly string[]): Promise<void> {
  await sql`delete from replays where state <> 'replaying' and (replay = any(${roots}::uuid[]) or (state = 'refused' and journey = any(${roots}::uuid[])))`.execute(tx);
  const { rows } = await sql<{ journey: string }>`delete from rooted where journey = any(${roots}::uuid[]) returning journey`.execute(tx);
  if (rows.length === 0) return;
  await sql`delete from ends where id = any(array(select id from ends where body->>'journey' = any(${rows.map(({ journey }) => journey)}::text[]) for update skip locked))`.execute(tx);
}
