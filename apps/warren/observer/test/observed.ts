import { type Delivery } from '@warren/bus';
import { Database, sql } from '@warren/database';
import { testDatabase, type TestDatabase } from '@warren/testing';
import { Intake } from '../src/dead-letters/intake.js';
import { readEntry } from '../src/journal/entry.js';
import { JournalWriter } from '../src/journal/journal.writer.js';
import { migrations } from '../src/migrations/index.js';

/** A line of the journal as httpserv reads it. */
export interface Seen {
  seq: number;
  id: string;
  journey: string;
  flow: string;
  line: string;
  run: number;
  foreign: boolean;
  differs: boolean;
  at: Date;
}

export interface Open {
  message: string;
  queue: string;
  openedSeq: number;
  rootSeq: number | null;
  retryAt: Date | null;
}

/** A journal of its own, with as many observers as a test wants. */
export interface Observed {
  database: TestDatabase;
  observer(command?: { run: number }): JournalWriter;
  intake(): Intake;
  /** What its observers ask of the database meanwhile. */
  statements(work: () => Promise<unknown>): Promise<string[]>;
  messages(): Promise<Seen[]>;
  open(): Promise<Open[]>;
  /** A transaction that has done a statement and goes on until it is ended. */
  holding(statement: string): Promise<{ end(): Promise<void> }>;
  /** That of a long read of the journal. */
  reading(): ReturnType<Observed['holding']>;
  /** One that sees what the database was when it began, and locks nothing of it. */
  seeing(): ReturnType<Observed['holding']>;
  close(): Promise<void>;
}

export async function observed(): Promise<Observed> {
  const database = await testDatabase();
  const asked: string[] = [];
  const theirs = new Database({ url: database.url, schema: 'observer', migrations });
  Object.assign(theirs, { kysely: overheard(theirs, asked) });
  await theirs.start();
  const holding = async (statement: string) => {
    const [done, ended] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    const held = theirs.transaction(async (tx) => {
      await sql.raw(statement).execute(tx);
      done.resolve(undefined);
      await ended.promise;
    });
    await Promise.race([done.promise, held]);
    return { end: () => (ended.resolve(undefined), held) };
  };
  return {
    database,
    observer: (command) => new JournalWriter(theirs, { command: command as never }),
    intake: () => new Intake(theirs),
    statements: async (work) => {
      asked.length = 0;
      await work();
      return [...asked];
    },
    messages: () => database.query<Seen>('select seq::int, id, journey, flow, line, run, "foreign", differs, at from journal.messages order by journal.messages.seq'),
    open: () => database.query<Open>('select message, queue, opened_seq::int as "openedSeq", root_seq::int as "rootSeq", retry_at as "retryAt" from journal.open_hops order by opened_seq, queue'),
    holding,
    reading: () => holding('select from journal.messages limit 1'),
    seeing: () => holding('set transaction isolation level repeatable read; select'),
    close: () => theirs.close(),
  };
}

export const write = (writer: JournalWriter, ...deliveries: Delivery[]) => writer.write(deliveries.map(readEntry));

/** Notes every statement that is written by hand. */
function overheard({ kysely }: Database, asked: string[]): Database['kysely'] {
  return kysely.withPlugin({
    transformQuery: ({ node }) => {
      if (node.kind === 'RawNode') asked.push(node.sqlFragments.join(''));
      return node;
    },
    transformResult: ({ result }) => Promise.resolve(result),
  });
}
