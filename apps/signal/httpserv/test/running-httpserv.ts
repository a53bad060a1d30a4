import { type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { Bus, ControlPlane } from '@warren/bus';
import { Lifecycle } from '@warren/lifecycle';
import { names, type Command } from '@warren/protocol';
import { createApp } from '@warren/service';
import { testBroker, testDatabase, waitFor, type TestDatabase } from '@warren/testing';

/** httpserv on a broker of its own, and a journal that the test fills. */
export interface Running {
  app: NestExpressApplication;
  database: TestDatabase;
  server: Server;
  url: string;
  get(path?: string, accept?: string): Promise<Response>;
  /** Tells it the state, as the gateway does; resolves when it is in it. */
  hear(command: Pick<Command, 'state' | 'run'>): Promise<void>;
  close(): Promise<void>;
}

const instance = 'signal-httpserv-test';

export async function runningHttpserv(): Promise<Running> {
  const [broker, database] = await Promise.all([testBroker(), testDatabase()]);
  await makeJournal(database);
  Object.assign(process.env, { AMQP_URL: broker.url, JOURNAL_URL: database.url, WARREN_INSTANCE: instance, LOG_LEVEL: 'fatal' });
  // The module reads who it is when it is loaded.
  const [{ HttpservModule }, { setupDocs }] = await Promise.all([import('../src/httpserv.module.js'), import('../src/docs.js')]);
  const app = await createApp({ module: HttpservModule, setup: setupDocs });
  await app.listen(0, '127.0.0.1');
  await waitFor(() => app.get(Bus).connected);
  const server = app.getHttpServer();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    app, database, server, url,
    get: (path = '/', accept = 'text/plain') => fetch(url + path, { headers: { accept } }),
    hear: (command) => hear(app, command),
    close: () => app.close(),
  }; // prettier-ignore
}

let epoch = 0;

async function hear(app: NestExpressApplication, command: Pick<Command, 'state' | 'run'>): Promise<void> {
  epoch += 1;
  const body: Command = { epoch, sources: true, attached: 'all', ...command };
  await waitFor(() => app.get(ControlPlane).send({ exchange: '', key: names.control(instance), type: 'warren.command', body }, { mandatory: true }).then(() => true));
  await waitFor(() => app.get(Lifecycle).command?.epoch === epoch);
}

/** The observer's views, as tables. */
async function makeJournal(database: TestDatabase): Promise<void> {
  await database.query('create schema journal');
  await database.query(`
    create table journal.messages (
      seq bigint generated always as identity, at timestamptz not null, id uuid not null default gen_random_uuid(),
      journey uuid not null default gen_random_uuid(), flow text not null, topic text not null, run int not null, line text not null)`);
  await database.query('create index on journal.messages (flow, run, seq)');
  await database.query('create table journal.log_pieces (flow text not null, run int not null, first bigint not null, last bigint not null, text text not null)');
  await database.query('create index on journal.log_pieces (flow, run, last)');
  await database.query(`create function journal.log_time(at timestamptz) returns text stable return to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);
  await database.query(`
    create function journal.log_line(at timestamptz, topic text, line text) returns text stable return
      journal.log_time(at) || ' Topic ' || regexp_replace(topic, '[\\r\\n]', ' ', 'g') || ': ' || line`);
}

/** Puts what was added to the journal's messages into pieces of the log, of so many lines each. */
export const logged = (database: TestDatabase, lines: number) =>
  database.query(
    `insert into journal.log_pieces
     select flow, run, min(seq), max(seq), string_agg(journal.log_line(at, topic, line) || E'\\n', '' order by seq) from (
       select *, (row_number() over (partition by flow, run order by seq) - 1) / $1 as piece from journal.messages
       where seq > (select coalesce(max(last), 0) from journal.log_pieces)
     ) each group by flow, run, piece`,
    [lines],
  );
