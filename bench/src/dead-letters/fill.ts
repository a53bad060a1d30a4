import { type TestDatabase } from '@warren/testing';

/** Groups that the letters belong to, some with many and some with few of them. */
export const groups = 300;
/** Of one statement. */
const portion = 50_000;

/** What went wrong, as services say it: each group has one of them with a class and a number of its own. */
const errors = `array['TypeError: Cannot read properties of undefined (reading ''id'')', 'HttpError: 503 Service Unavailable',
  'TimeoutError: The stock did not answer within 2000 ms', 'PayloadError: The payload is no shop.order@1: /amount: expected number']`;
const cities = `array['Berlin', 'Graz', 'Lyon', 'Oslo', 'Porto', 'Riga', 'Turin', 'Utrecht']`;

/**
 * Puts dead letters where the observer keeps them, with their groups, hours, hops and last attempts, as if they had died in the last three days.
 * The journal has been given a message today, so that its partitions are there.
 */
export async function fill(database: Pick<TestDatabase, 'query'>, letters: number, progress: (done: number) => void): Promise<void> {
  for (let done = 0; done < letters; done += portion) {
    const until = Math.min(letters, done + portion);
    await database.query(insertLetters(done + 1, until, letters));
    progress(until);
  }
  await database.query(countGroups);
  await database.query(countHours);
  await database.query(insertHops);
  await database.query(insertAttempts);
  for (const table of ['dead_letters', 'dead_groups', 'dead_hours', 'hops', 'attempts']) await database.query(`vacuum analyze observer.${table}`);
}

/** Group and queue of the n-th letter follow from its number: the first groups have the most. */
const insertLetters = (from: number, to: number, all: number): string => `
  insert into observer.dead_letters (at, message, journey, queue, consumer, redrive, flow, contract, service, run, attempt, "group", cause, error, stack,
    headers, content_type, digest, size, line, payload, compressed, body)
  select now() - interval '3 days' + n * interval '3 days' / ${all}, id, id, 'shop.' || kind, 'shop.' || kind, 0, 'shop', 'shop.' || kind || '@1', 'shop-web', 1, 5,
    lpad(to_hex(g), 16, '0'), split_part(error, ': ', 1) || g, substr(error, strpos(error, ': ') + 2) || ' of request ' || n,
    'at Shop.take (shop.consumer.ts)' || repeat(chr(10) || '    at MessageHandler.attempt (message-handler.ts)', 8),
    jsonb_build_object('warren-at', 1795156800000 + n, 'warren-run', 1, 'traceparent', '00-' || replace(id::text, '-', '') || '-' || substr(replace(id::text, '-', ''), 17) || '-01'),
    'application/json', encode(sha256(body), 'hex'), length(body), initcap(kind) || ' ' || n, convert_from(body, 'UTF8')::jsonb, false, body
  from (
    select n, id, g, (array['order', 'invoice', 'parcel', 'refund'])[1 + g % 4] as kind, (${errors})[1 + g % 4] as error,
      convert_to(json_build_object('n', n, 'user', json_build_object('id', n % 50000, 'city', (${cities})[1 + n % 8]), 'amount', n % 1000 / 10.0, 'note', repeat('x', 100))::text, 'UTF8') as body
    from (select n, uuidv7() as id, floor(${groups} * power(n::bigint * 7919 % 100000 / 100000.0, 3))::int as g from generate_series(${from}, ${to}) n) numbered
  ) made
`;

const countGroups = `
  insert into observer.dead_groups (id, flow, queue, consumer, cause, error, stack, dead, total, first_seen, last_seen)
  select "group", min(flow), min(queue), min(consumer), min(cause), min(error), min(stack), count(*), count(*), min(at), max(at)
  from observer.dead_letters where flow = 'shop' group by "group"
`;

const countHours = `
  insert into observer.dead_hours ("group", hour, dead)
  select "group", date_trunc('hour', at), count(*) from observer.dead_letters where flow = 'shop' group by 1, 2
`;

const insertHops = `
  insert into observer.hops (day, message, queue, consumer, flow, journey, opened_seq, root_seq, outcome, service, instance, attempt, redrive,
    started_at, finished_at, children, error_name, error_message)
  select (select max(day) from observer.hops), message, queue, consumer, flow, journey, seq, seq, 'dead', 'shop', 'shop-1', 5, 0, at, at, 0, cause, error
  from (select *, nextval('observer.journal_seq') as seq from observer.dead_letters where flow = 'shop') letter
`;

const insertAttempts = `
  insert into observer.attempts (message, queue, redrive, attempt, outcome, service, instance, started_at, finished_at, error_name, error_message)
  select message, queue, 0, 5, 'dead', 'shop', 'shop-1', at, at, cause, error from observer.dead_letters where flow = 'shop'
`;
