import { Injectable, Logger } from '@nestjs/common';
import { Database, InjectReader, sql } from '@warren/database';
import { type LogLine, type LogPage } from '@warren/protocol';
import { ProblemError } from '@warren/service';
import { cursorAfter } from './message-log.query.js';

/** Which lines of the journal. */
export interface Selection {
  flow: string;
  run: number;
  /** Only those with a higher seq. */
  after: number;
}

/** A line as it is streamed, made by the database: a million of them are read four times as fast as rows are. A topic is any bytes, and must not begin a line of its own. */
const renderings = {
  'text/plain': sql<string>`at || ' Topic ' || case when topic ~ '[\\r\\n]' then translate(topic, E'\\r\\n', '  ') else topic end || ': ' || line`, // as logLineText
  'application/x-ndjson': sql<string>`row_to_json(each)::text`,
};
/** What a log is streamed as. */
export type Streamed = keyof typeof renderings;

/** ISO 8601 with milliseconds in half the time of to_char: JSON leaves out zeros at the end, and with a microsecond more there are none. */
const time = sql<string>`substr(to_json(date_trunc('milliseconds', at at time zone 'UTC') + interval '1 microsecond')::text, 2, 23) || 'Z'`;

/** Lines in memory at a time, whatever the length of the log: of many more Postgres makes one text in twice the time. */
const portion = 400;

type Row = Omit<LogLine, 'at'> & { at: Date };
interface Piece {
  text: string;
  lines: number;
  last: number;
}

/** Reads a flow's lines as the observer has rendered them, in its order. */
@Injectable()
export class MessageLog {
  private readonly logger = new Logger(MessageLog.name);

  constructor(@InjectReader() private readonly journal: Database) {}

  /** @throws ProblemError 503 while the journal cannot be read. */
  async page(selection: Selection, limit: number): Promise<LogPage> {
    const { rows } = await sql<Row>`${lines(selection)} limit ${limit + 1}`.execute(this.journal.kysely).catch((error: unknown) => this.away(error));
    const items = rows.slice(0, limit).map(({ at, ...row }) => ({ ...row, at: at.toISOString() }));
    const last = items.at(-1);
    return { items, next: rows.length > limit && last ? cursorAfter(last.seq) : null };
  }

  /**
   * The lines that are there now, in pieces that are fetched as they are asked for. Nothing is held between two of them: a slow reader keeps no partition from being dropped.
   * @throws ProblemError 503 while the journal cannot be read; what is lost later is thrown by the pieces.
   */
  async stream(selection: Selection, type: Streamed): Promise<AsyncGenerator<string, void>> {
    const { flow, run } = selection;
    const { rows } = await sql<{ end: number | null }>`select max(seq) as end from messages where flow = ${flow} and run = ${run}`
      .execute(this.journal.kysely)
      .catch((error: unknown) => this.away(error));
    return this.pieces(selection, rows[0]?.end ?? 0, type);
  }

  /** Each is fetched while the one before is on its way. */
  private async *pieces(selection: Selection, end: number, type: Streamed): AsyncGenerator<string, void> {
    const fetch = (after: number) => this.journal.prepared(pieceOf({ ...selection, after }, end, type));
    let next = fetch(selection.after);
    for (;;) {
      const [piece] = await next;
      if (!piece?.lines) return;
      next = fetch(piece.last);
      next.catch(() => undefined); // it is thrown where it is awaited, if anybody still reads
      yield piece.text;
    }
  }

  private away(error: unknown): never {
    this.logger.warn(`The journal cannot be read: ${String(error)}`);
    throw new ProblemError(503, { code: 'journal-away', detail: 'The database does not answer: try again when it is back.' }, { 'Retry-After': '5' });
  }
}

const lines = ({ flow, run, after }: Selection) => sql<Row>`
  select seq, at, topic, line, id, journey from messages where flow = ${flow} and run = ${run} and seq > ${after} order by seq`;

const pieceOf = ({ flow, run, after }: Selection, end: number, type: Streamed) => sql<Piece>`
  select string_agg(${renderings[type]} || E'\\n', '' order by seq) as text, count(*) as lines, max(seq) as last from (
    select seq, ${time} as at, topic, line, id, journey
    from messages where flow = ${flow} and run = ${run} and seq > ${after} and seq <= ${end} order by seq limit ${portion}
  ) each`;
