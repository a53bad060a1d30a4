import { type TestDatabase } from '@warren/testing';

/** Of each journey: an order, what follows from it, and what follows from that. */
export const messagesPerJourney = 5;
/** Before today, each a partition of the journal and a run of its own. */
export const days = 7;
/** The run of the first of them: none that Warren comes to by itself. */
export const firstRun = 101;
/** Journeys of one statement. */
const portion = 50_000;

/** What is in the journal then. */
export interface Filled {
  /** Counted. */
  messages: number;
  /** The seq of the first, and of the last. */
  first: number;
  last: number;
}

type Sql = Pick<TestDatabase, 'query'>;

/**
 * Puts messages with their hops where the observer keeps them, day by day: tables without indexes are filled and then made partitions, as the observer makes
 * them, so that each index is built once. 1 journey in 1,000 has a dead invoice, 1 payment in 50 took a second attempt.
 */
export async function fill(database: Sql, messages: number, progress: (done: number) => void): Promise<Filled> {
  const journeys = Math.ceil(messages / messagesPerJourney);
  const all = journeys * messagesPerJourney;
  const [position] = await database.query<{ seq: number }>(`select setval('observer.journal_seq', nextval('observer.journal_seq') + ${all})::int - ${all} as seq`);
  const seq = position?.seq ?? 0;
  for (let day = 0; day < days; day += 1) {
    const [from, to] = [day, day + 1].map((edge) => Math.round((journeys * edge) / days)) as [number, number];
    await fillDay(database, { day, from, to, seq }, (done) => progress(done * messagesPerJourney));
  }
  await database.query(insertAttempts);
  for (const table of ['messages', 'hops', 'log_pieces', 'attempts']) await database.query(`vacuum analyze observer.${table}`);
  return { messages: await countMessages(database), first: seq + 1, last: seq + all };
}

async function countMessages(database: Sql): Promise<number> {
  const [row] = await database.query<{ n: string }>(`select count(*) as n from observer.messages where flow = 'trade'`);
  return Number(row?.n ?? 0);
}

interface Day {
  day: number;
  /** Journeys: after this one, up to that one. */
  from: number;
  to: number;
  /** Before the first message of all. */
  seq: number;
}

async function fillDay(database: Sql, { day, from, to, seq }: Day, progress: (done: number) => void): Promise<void> {
  const [of] = await database.query<{ date: string }>(`select (current_date - ${days - day})::text as date`);
  const date = of?.date ?? '';
  const names = ['messages', 'hops', 'log_pieces'].map((table) => [table, `observer.${table}_${date.replaceAll('-', '')}`] as const);
  const [messages = '', hops = '', pieces = ''] = names.map(([, name]) => name);
  for (const [table, name] of names) await database.query(`${asOwner}; create table ${name} (like observer.${table} including all excluding indexes)`);
  for (let done = from; done < to; done += portion) {
    const until = Math.min(to, done + portion);
    await database.query(insertJourneys({ messages, hops, date, run: firstRun + day, from, to, first: done + 1, last: until, seq }));
    progress(until);
  }
  await database.query(`${asOwner}; alter table ${pieces} set (toast_tuple_target = 8160)`);
  await database.query(insertPieces(messages, pieces));
  for (const [table, name] of names) {
    await database.query(`${asOwner}; set maintenance_work_mem = '512MB'; alter table observer.${table} attach partition ${name} for values in ('${date}')`);
  }
}

/** The partitions are the observer's, who drops them. */
const asOwner = `set timezone = 'UTC'; select set_config('role', tableowner, false) from pg_tables where schemaname = 'observer' and tablename = 'messages'`;
const cities = `array['Berlin', 'Graz', 'Lyon', 'Oslo', 'Porto', 'Riga', 'Turin', 'Utrecht']`;
/** A child's id is a hash (a UUID v5): so it is here, of another kind. */
const childId = (root: string, kind: string) => `overlay(overlay(md5(${root}::text || ${kind}) placing '5' from 13) placing '8' from 17)::uuid`;

interface Portion {
  /** Tables. */
  messages: string;
  hops: string;
  date: string;
  run: number;
  /** The day's journeys: their times are spread over it. */
  from: number;
  to: number;
  /** Of them, those of this statement. */
  first: number;
  last: number;
  seq: number;
}

const insertJourneys = ({ messages, hops, date, run, from, to, first, last, seq }: Portion): string => `
  set synchronous_commit = off; set work_mem = '256MB'; set jit = off; set timezone = 'UTC';
  with roots as materialized (
    select n, at, uuidv7(at - clock_timestamp()) as id
    from (select n, timestamptz '${date}' + (n - ${from}) * interval '23 hours' / ${to - from} as at from generate_series(${first}, ${last}) n) each
  ), made as materialized (
    select n, roots.id as journey, kind, ${seq} + (n - 1) * ${messagesPerJourney} + place as seq, roots.at + after * interval '1 ms' as at,
      case kind when 'order' then roots.id else ${childId('roots.id', 'kind')} end as id,
      case cause when 'order' then roots.id else ${childId('roots.id', 'cause')} end as parent,
      'trade.' || cause as parent_queue, 'trade.' || kind as name, took
    from roots cross join (values (1, 'order', null, 0, 3), (2, 'payment', 'order', 5, 40), (3, 'parcel', 'order', 5, 8), (4, 'invoice', 'payment', 50, 12), (5, 'delivered', 'parcel', 20, 0))
      kinds (place, kind, cause, after, took)
  ), bodies as (
    select *, json_build_object('n', n, 'user', json_build_object('id', n % 50000, 'city', (${cities})[1 + n % 8]), 'amount', n % 1000 / 10.0, 'note', repeat('x', 100))::text as body from made
  ), kept as (
    insert into ${messages} (day, id, seq, at, published, journey, parent, parent_queue, flow, exchange, topic, type, service, run, attempt, redrive, "foreign", digest, line, size, compressed, body, search)
    select '${date}', id, seq, at + interval '2 ms', at, journey, parent, parent_queue, 'trade', 'trade', name, name || '@1', case kind when 'order' then 'trade-web' else 'trade' end,
      ${run}, 1, 0, false, encode(sha256(convert_to(body, 'UTF8')), 'hex'),
      initcap(kind) || ' ' || n || ' for user ' || n % 50000 || ' in ' || (${cities})[1 + n % 8] || ': ' || n % 1000 / 10.0, length(body), false, convert_to(body, 'UTF8'),
      json_build_object('user', json_build_object('id', n % 50000, 'city', (${cities})[1 + n % 8]))::jsonb
    from bodies
  )
  insert into ${hops} (day, message, queue, consumer, flow, journey, opened_seq, root_seq, outcome, service, instance, attempt, redrive, started_at, finished_at, children, error_name, error_message, since)
  select '${date}', id, name, name, 'trade', journey, seq, ${seq} + (n - 1) * ${messagesPerJourney} + 1, case when dead then 'dead' else 'handled' end, 'trade', 'trade-' || 1 + n % 3,
    case when again then 2 else 1 end, 0, at + interval '3 ms', at + (3 + took) * interval '1 ms', case kind when 'order' then 2 when 'invoice' then 0 else 1 end,
    case when dead then 'StockError' end, case when dead then 'There is no article ' || n end, at + interval '2 ms'
  from (select *, kind = 'invoice' and n % 1000 = 1 as dead, kind = 'payment' and n % 50 = 0 as again from made where kind <> 'delivered') hop
`;

/** As the observer makes them where much comes at once. */
const insertPieces = (messages: string, pieces: string): string => `
  insert into ${pieces} (day, flow, run, first, last, text)
  select day, flow, run, min(seq), max(seq), string_agg(journal.log_line(at, topic, line) || E'\\n', '' order by seq) from ${messages} group by day, flow, run, seq / 60
`;

/** Of the attempts that were not the only one, the journal keeps each. */
const insertAttempts = `
  insert into observer.attempts (message, queue, redrive, attempt, outcome, service, instance, started_at, finished_at, error_name, error_message, retry_at)
  select message, queue, redrive, n, case n when attempt then outcome else 'retried' end, service, instance, started_at - (attempt - n) * interval '1 ms',
    finished_at - (attempt - n) * interval '1 ms', case when n < attempt then 'HttpError' end, case when n < attempt then '503 Service Unavailable' end, case when n < attempt then started_at end
  from observer.hops cross join generate_series(1, attempt) n where flow = 'trade' and attempt > 1
`;
