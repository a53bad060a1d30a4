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

/** Lines in memory at a time, whatever the length of the log. More of them outlive V8's young generation: as fast, and a third more memory. */
const batch = 100;

type Row = Omit<LogLine, 'at'> & { at: Date };
const lineOf = ({ at, ...row }: Row): LogLine => ({ ...row, at: at.toISOString() });

/** Reads a flow's lines as the observer has rendered them, in its order. */
@Injectable()
export class MessageLog {
  private readonly logger = new Logger(MessageLog.name);

  constructor(@InjectReader() private readonly journal: Database) {}

  /** @throws ProblemError 503 while the journal cannot be read. */
  async page(selection: Selection, limit: number): Promise<LogPage> {
    const { rows } = await sql<Row>`${lines(selection)} limit ${limit + 1}`.execute(this.journal.kysely).catch((error: unknown) => this.away(error));
    const items = rows.slice(0, limit).map(lineOf);
    const last = items.at(-1);
    return { items, next: rows.length > limit && last ? cursorAfter(last.seq) : null };
  }

  /**
   * All lines, in batches that are fetched as they are asked for. The first is there when this resolves.
   * @throws ProblemError 503 while the journal cannot be read; what is lost later is thrown by the batches.
   */
  async batches(selection: Selection): Promise<AsyncGenerator<LogLine[], void>> {
    const rows = this.journal.stream(lines(selection).compile(this.journal.kysely), batch);
    const first = await rows.next().catch((error: unknown) => this.away(error));
    return inOrder(first, rows);
  }

  private away(error: unknown): never {
    this.logger.warn(`The journal cannot be read: ${String(error)}`);
    throw new ProblemError(503, { code: 'journal-away', detail: 'The database does not answer: try again when it is back.' }, { 'Retry-After': '5' });
  }
}

const lines = ({ flow, run, after }: Selection) => sql<Row>`
  select seq, at, topic, line, id, journey from messages where flow = ${flow} and run = ${run} and seq > ${after} order by seq`;

async function* inOrder(first: IteratorResult<Row[]>, rows: AsyncGenerator<Row[]>): AsyncGenerator<LogLine[], void> {
  try {
    for (let result = first; !result.done; result = await rows.next()) yield result.value.map(lineOf);
  } finally {
    await rows.return(undefined);
  }
}
