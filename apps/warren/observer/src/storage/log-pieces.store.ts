import { sql } from '@warren/database';
import { logLineText } from '@warren/protocol';
import { type JournalTransaction, type MessageRow } from './journal.tables.js';
import { nameOf } from './partitions.js';

/** Lines of a flow's message log as they are read out: of one run and day, in the journal's order. */
export interface LogPiece {
  day: string;
  flow: string;
  run: number;
  /** Seqs of the first message and of the last: all of the flow and run between them are in this piece. */
  first: number;
  last: number;
  text: string;
}

type Logged = Pick<MessageRow, 'day' | 'flow' | 'run' | 'seq' | 'topic' | 'line'>;

/** Characters of a piece of more than one line: as much as Postgres keeps in a page of a table, and reads with it. */
const most = 7_500;

/** @param messages in the journal's order @param at when they came to it */
export function piecesOf(messages: readonly Logged[], at: Date): LogPiece[] {
  const pieces: LogPiece[] = [];
  const open = new Map<string, LogPiece>();
  const time = at.toISOString();
  for (const { day, flow, run, seq, topic, line } of messages) {
    const text = `${logLineText({ at: time, topic, line })}\n`;
    const key = `${run} ${flow}`;
    const piece = open.get(key);
    if (piece && piece.day === day && piece.text.length + text.length <= most) Object.assign(piece, { last: seq, text: piece.text + text });
    else open.set(key, pieces[pieces.push({ day, flow, run, first: seq, last: seq, text }) - 1] as LogPiece);
  }
  return pieces;
}

export async function insertPieces(tx: JournalTransaction, messages: readonly Logged[], at: Date): Promise<void> {
  if (messages.length === 0) return;
  const pieces = piecesOf(messages, at);
  const all = <K extends keyof LogPiece>(name: K) => sql.val(pieces.map((piece) => piece[name]));
  await sql`
    insert into log_pieces (day, flow, run, first, last, text)
    select * from unnest(${all('day')}::date[], ${all('flow')}::text[], ${all('run')}::int[], ${all('first')}::bigint[], ${all('last')}::bigint[], ${all('text')}::text[])
  `.execute(tx);
}

/** Takes messages that are deleted out of their pieces: what they have left is written anew. */
export async function renewPieces(tx: JournalTransaction, { day, flow }: Pick<LogPiece, 'day' | 'flow'>, gone: readonly Pick<Logged, 'run' | 'seq'>[]): Promise<void> {
  const [messages, pieces] = [sql.table(nameOf('messages', day)), sql.table(nameOf('log_pieces', day))];
  await sql`
    with touched as (
      select distinct piece.run, piece.last from unnest(${gone.map(({ run }) => run)}::int[], ${gone.map(({ seq }) => seq)}::bigint[]) gone (run, seq)
      cross join lateral (select run, last from ${pieces} where flow = ${flow} and run = gone.run and last >= gone.seq order by last limit 1) piece
    ), old as (
      delete from ${pieces} piece using touched where piece.flow = ${flow} and piece.run = touched.run and piece.last = touched.last returning piece.*
    )
    insert into ${pieces} (day, flow, run, first, last, text)
    select day, flow, run, first, last, remaining.text from old cross join lateral (
      select string_agg(journal.log_line(at, topic, line) || E'\n', '' order by seq) as text
      from ${messages} message where message.flow = ${flow} and message.run = old.run and seq between old.first and old.last
    ) remaining where remaining.text is not null
  `.execute(tx);
}
