import { sql } from '@warren/database';
import { derivedId, names, type JourneyEnd, type JourneyEndState } from '@warren/protocol';
import { type JournalTransaction } from '../storage/journal.tables.js';

/** A root that says which source published it. */
export interface RootedJourney {
  journey: string;
  source: string;
  service: string;
  started: Date;
}

/** Of one end. */
const mostLetters = 100;

/** Remembers the journeys whose source has announced that it takes their ends. */
export async function noteRooted(tx: JournalTransaction, rooted: readonly RootedJourney[]): Promise<void> {
  if (rooted.length === 0) return;
  const all = <K extends keyof RootedJourney>(name: K) => sql.val(rooted.map((one) => one[name]));
  await sql`
    insert into rooted (journey, source, takes, started)
    select r.journey, r.source, s.takes, r.started
    from unnest(${all('journey')}::uuid[], ${all('source')}::text[], ${all('service')}::text[], ${all('started')}::timestamptz[]) r (journey, source, service, started)
    join sources s on s.name = r.source and s.service = r.service and s.takes <> '{}'
    on conflict (journey) do nothing
  `.execute(tx);
}

interface News {
  journey: string;
  source: string;
  takes: JourneyEndState[];
  started: Date;
  state: JourneyEndState;
  /** Tells one end of a journey from another. */
  sign: string;
  ended: Date | null;
  letters: JourneyEnd['deadLetters'] | null;
}

/**
 * Notes which of the journeys have come to an end that was not noted before. Called in each transaction that may bring one to its end, after that, under the
 * journal's lock: so an end is told if and only if it is in the journal.
 */
export async function noteEnds(tx: JournalTransaction, journeys: readonly string[]): Promise<void> {
  if (journeys.length === 0) return;
  const { rows } = await sql<News>`
    select * from (
      select r.journey, r.source, r.takes, r.started, r.told, h.ended, h.letters, case when h.dead > 0 then 'dead' else 'complete' end as state,
        case when h.dead > 0 then concat_ws(' ', 'dead', h.dead, h.redrives) else 'complete' end as sign
      from rooted r cross join lateral (
        select count(*) filter (where outcome in ('open', 'retried')) as open, count(*) filter (where outcome = 'dead') as dead,
          sum(redrive) filter (where outcome = 'dead') as redrives, max(finished_at) as ended,
          jsonb_agg(jsonb_build_object('message', message, 'queue', queue, 'redrive', redrive,
            'cause', jsonb_build_object('name', coalesce(error_name, ''), 'message', coalesce(error_message, ''))) order by opened_seq) filter (where outcome = 'dead') as letters
        from hops where journey = r.journey
      ) h where r.journey = any(${[...new Set(journeys)]}::uuid[]) and h.open = 0
    ) ended where told is distinct from sign
  `.execute(tx);
  if (rows.length > 0) await note(tx, rows);
}

async function note(tx: JournalTransaction, news: readonly News[]): Promise<void> {
  await sql`
    update rooted set told = news.sign
    from unnest(${news.map(({ journey }) => journey)}::uuid[], ${news.map(({ sign }) => sign)}::text[]) news (journey, sign) where rooted.journey = news.journey
  `.execute(tx);
  const wanted = news.filter(({ takes, state }) => takes.includes(state));
  const ids = wanted.map(({ journey, sign }) => derivedId('end', journey, sign));
  await sql`
    insert into ends (id, at, due, queue, body)
    select id, clock_timestamp(), clock_timestamp(), queue, body
    from unnest(${ids}::uuid[], ${wanted.map(({ source }) => names.ends(source))}::text[], ${wanted.map((one) => JSON.stringify(endOf(one)))}::jsonb[]) each (id, queue, body)
    on conflict (id) do nothing
  `.execute(tx);
}

const endOf = ({ journey, source, state, started, ended, letters }: News): JourneyEnd => ({
  journey, source, state, startedAt: started.toISOString(), endedAt: (ended ?? started).toISOString(), deadLetters: (letters ?? []).slice(0, mostLetters),
}); // prettier-ignore
