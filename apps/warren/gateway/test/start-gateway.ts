import 'reflect-metadata';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { onTeardown, testBroker, type TestBroker, testDatabase, type TestDatabase, waitFor } from '@warren/testing';

export interface Surroundings {
  broker: TestBroker;
  database: TestDatabase;
}

/** What the gateway reads of the observer's views, as tables that a test may fill. */
const journal = `
  create schema gateway; create schema journal;
  create table journal.markers (id uuid primary key, seq bigint not null);
  create table journal.open_hops (flow text, queue text, message uuid, journey uuid, opened_seq bigint, root_seq bigint, retry_at timestamptz);
  create table journal.contracts (flow text, exchange text, name text, topic text, version int, type text, terminal boolean, secret text[], schema jsonb, line text);
  create table journal.consumers (queue text, name text, flow text, exchange text, pattern text, contract text, service text, concurrency int, policy jsonb);
  create table journal.sources (flow text, name text, contract text, service text, every bigint);
  create table journal.announced (flow text, service text);
  create table journal.dead_letters (
    id bigint generated always as identity primary key, message uuid, journey uuid, flow text, queue text, consumer text, contract text, service text,
    "foreign" boolean, redrive int, attempt int, state text, "group" text, cause text, error text, at timestamptz, size int, line text, edited boolean,
    operation uuid, refusal text, payload jsonb, stack text, headers jsonb, content_type text, digest text, compressed boolean, shown bytea);
  create table journal.dead_groups (
    id text, flow text, queue text, consumer text, cause text, error text, stack text, dead bigint, total bigint,
    first_seen timestamptz, last_seen timestamptz, trend bigint[], notes jsonb not null default '[]');
  create table journal.attempts (
    message uuid, queue text, redrive int, attempt int, outcome text, service text, instance text, started_at timestamptz, finished_at timestamptz,
    error_name text, error_message text, retry_at timestamptz);
  create table journal.hops (
    message uuid, alias uuid, queue text, consumer text, flow text, journey uuid, outcome text, attempt int, redrive int, service text, instance text, started_at timestamptz,
    finished_at timestamptz, retry_at timestamptz, children int, error_name text, error_message text, opened_seq bigint, since timestamptz, day date default '2026-11-20');
  create table journal.messages (
    seq bigint generated always as identity, at timestamptz, id uuid, journey uuid, flow text, exchange text, topic text, type text, service text, run int, attempt int,
    parent uuid, "foreign" boolean, line text, size int, digest text, differs boolean, parent_queue text, published timestamptz, search jsonb, day date default '2026-11-20');
  create index on journal.hops (message); create index on journal.hops (journey); create index on journal.messages (id); create index on journal.messages (journey);
  create table journal.flows (name text, exchange text, deadline bigint);
  create table journal.finished (
    flow text, queue text, consumer text, service text, instance text, outcome text, children int, started_at timestamptz, finished_at timestamptz, due timestamptz);
  create table journal.slots (minutes int, slot timestamptz, rolled boolean);
  create table journal.slot_flows (minutes int, slot timestamptz, flow text, published bigint, complete bigint, dead bigint);
  create table journal.slot_attempts (
    minutes int, slot timestamptz, flow text, queue text, instance text, consumer text, service text, handled bigint, retried bigint, dead bigint, children bigint);
  create table journal.slot_durations (
    minutes int, slot timestamptz, flow text, queue text, instance text, kind text, longest float8, buckets int[], counts int[]);
  create function journal.bucket(milliseconds float8) returns int language sql immutable parallel safe
    return ceil(ln(greatest(milliseconds, 0.0009)) / ln(1.02::float8))::int;
  create function journal.middle(bucket int) returns float8 language sql immutable parallel safe
    return case when bucket > journal.bucket(0) then 2 * power(1.02::float8, bucket) / 2.02 else 0 end;
  create table journal.replays (operation uuid, journey uuid, replay uuid, at timestamptz, state text, refusal text);
  create view journal.roots as
    select seq, at, id, journey, flow, topic, type as contract, service, run, "foreign", published, size, line, search as payload from journal.messages where parent is null;
  create table journal.operations (
    id uuid primary key, kind text, state text, by text, at timestamptz, selection jsonb, queue text, rate double precision, total bigint, done bigint,
    open bigint, handled bigint, dead_again bigint, discarded bigint, adopted bigint, replayed bigint, refused bigint, finished_at timestamptz, problem text);
  create table journal.answers (
    id uuid primary key, seq bigint generated always as identity, at timestamptz, by text, action text, subject jsonb, refusal jsonb);
`;

/** A vhost and a database of the file's own. */
export async function surroundings(): Promise<Surroundings> {
  const [broker, database] = await Promise.all([testBroker(), testDatabase()]);
  await database.query(journal);
  return { broker, database };
}

export interface TestGateway {
  url: string;
  call(path: string, init?: RequestInit): Promise<Answer>;
  close(): Promise<void>;
}

/* eslint-disable @typescript-eslint/no-unnecessary-type-parameters -- what a body is of is for the test to say */
type Json = <T>() => T;

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** The body as JSON, of the shape that the test expects. */
  json: Json;
}

/** Starts a gateway in this process; each has modules of its own, and so a name of its own. Resolves when it is ready. */
export async function startGateway({ broker, database }: Surroundings, settings: Record<string, string> = {}): Promise<TestGateway> {
  const gateway = { AMQP_URL: broker.url, AMQP_MANAGEMENT_URL: broker.managementUrl, DATABASE_URL: database.url, JOURNAL_URL: database.url };
  Object.assign(process.env, { LOG_LEVEL: process.env.LOG ?? 'fatal', PORT: '0', STATE_DEADLINE: '1000', ...gateway, ...settings });
  const app = await application();
  await app.listen(0, '127.0.0.1');
  const url = (await app.getUrl()).replace('[::1]', '127.0.0.1');
  let closed: Promise<void> | undefined;
  const close = () => (closed ??= app.close());
  onTeardown(close);
  const call = (path: string, init?: RequestInit) => answerOf(fetch(`${url}${path}`, { redirect: 'manual', ...init }));
  await waitFor(async () => (await call('/health/ready')).status === 200, { what: 'the gateway to be ready' });
  return { url, call, close };
}

/** The name of an instance is given when its modules are loaded. */
async function application(): Promise<NestExpressApplication> {
  let made: Promise<NestExpressApplication> | undefined;
  await jest.isolateModulesAsync(async () => {
    const { createGateway } = await import('./create-gateway.js');
    await (made = createGateway());
  });
  return made ?? Promise.reject(new Error('No gateway was made.'));
}

async function answerOf(asked: Promise<Response>): Promise<Answer> {
  const response = await asked;
  const text = await response.text();
  const json: Json = <T>() => JSON.parse(text) as T;
  return { status: response.status, headers: response.headers, text, json };
}
