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

/** What a log is streamed as. */
export type Streamed = 'text/plain' | 'application/x-ndjson';

/** Rows that are made into NDJSON at a time: of many more Postgres makes one text in twice the time. */
const portion = 400;
/** Pieces of a log that are fetched at a time. A piece has the lines that came at once, and of many as many as fit in some 8 kB. */
const most = 300;
/** Characters that are written at a time, at the least: each time takes as long as some thousand of them. */
const enough = 64 * 1024;

type Row = Omit<LogLine, 'at'> & { at: Date };
interface Part {
  text: string | null;
  /** Up to this seq. */
  last: number | null;
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
   * The lines that are there now, in parts that are fetched as they are asked for. Nothing is held between two of them: a slow reader keeps no partition from being dropped.
   * @throws ProblemError 503 while the journal cannot be read; what is lost later is thrown by the parts.
   */
  async stream(selection: Selection, type: Streamed): Promise<AsyncGenerator<string, void>> {
    const { flow, run } = selection;
    const end = type === 'text/plain' ? sql`select max(last) as end from log_pieces` : sql`select max(seq) as end from messages`;
    const { rows } = await sql<{ end: number | null }>`${end} where flow = ${flow} and run = ${run}`.execute(this.journal.kysely).catch((error: unknown) => this.away(error));
    return this.parts(selection, rows[0]?.end ?? 0, type);
  }

  /** Each is fetched while the one before is on its way. */
  private async *parts(selection: Selection, end: number, type: Streamed): AsyncGenerator<string, void> {
    const fetch = (after: number) => this.journal.prepared((type === 'text/plain' ? textOf : linesOf)({ ...selection, after }, end));
    let next = fetch(selection.after);
    for (;;) {
      const parts = await next;
      const last = parts.at(-1)?.last;
      if (!last) return;
      next = fetch(last);
      next.catch(() => undefined); // it is thrown where it is awaited, if anybody still reads
      yield* joined(parts);
    }
  }

  private away(error: unknown): never {
    this.logger.warn(`The journal cannot be read: ${String(error)}`);
    throw new ProblemError(503, { code: 'journal-away', detail: 'The database does not answer: try again when it is back.' }, { 'Retry-After': '5' });
  }
}

function* joined(parts: readonly Part[]): Generator<string, void> {
  let text = '';
  for (const part of parts) {
    text += part.text ?? '';
    if (text.length < enough) continue;
    yield text;
    text = '';
  }
  if (text) yield text;
}

const lines = ({ flow, run, after }: Selection) => sql<Row>`
  select seq, at, topic, line, id, journey from messages where flow = ${flow} and run = ${run} and seq > ${after} order by seq`;

const linesOf = ({ flow, run, after }: Selection, end: number) => sql<Part>`
  select string_agg(row_to_json(each)::text || E'\\n', '' order by seq) as text, max(seq) as last from (
    select seq, log_time(at) as at, topic, line, id, journey
    from messages where flow = ${flow} and run = ${run} and seq > ${after} and seq <= ${end} order by seq limit ${portion}
  ) each`;

/** Of a piece that a cursor leads into, the lines behind it. */
const textOf = ({ flow, run, after }: Selection, end: number) => sql<Part>`
  select last, case when first > ${after} then text else (
    select string_agg(log_line(at, topic, line) || E'\\n', '' order by seq) from messages where flow = ${flow} and run = ${run} and seq > ${after} and seq <= last
  ) end as text
  from log_pieces where flow = ${flow} and run = ${run} and last > ${after} and last <= ${end} order by last limit ${most}`;
