import { type TestDatabase } from '@warren/testing';
import { timeRead, type Read } from '../harness/timing.js';
import { days, firstRun, type Filled } from './fill.js';

/** A read with what it should take at the most, in milliseconds; null: it is told, and not judged. */
export type Told = Read & { target: number | null };

const journeyTarget = 10;
const pageTarget = 100;
/** How many journeys are looked at, each once: p99 is that of the twenty slowest. */
const journeys = 2_000;
/** How many more are looked at before: V8 compiles what a process does often, and collects what its start has left, for some seconds after it has begun to answer. */
const firstJourneys = 1_000;
/** How often each page is asked for. */
const times = 100;

/** What somebody asks about a journal, one after the other: journeys from all over it by their own ids and by those of their messages, and pages. */
export async function timeReads(url: string, database: Pick<TestDatabase, 'query'>, filled: Filled): Promise<Told[]> {
  const api = `${url}/api/v1`;
  const ids = await someMessages(database, filled);
  const first = ids.splice(0, Math.min(firstJourneys, ids.length / 2)).map(({ journey }) => `${api}/journeys/${journey}`);
  const reads: Told[] = [{ ...(await timeRead('journeys by their ids, the first that the gateway shows', first, { cold: true })), target: null }];
  for (const [name, of] of [['a journey by its id', 'journey'], ['a journey by the id of a message', 'id']] as const) {
    const read = await timeRead(name, ids.map((one) => `${api}/journeys/${one[of]}`));
    reads.push({ ...read, target: journeyTarget });
  }
  for (const [name, page] of Object.entries({ ...pagesOf(url, filled), ...searchesOf(api) })) {
    const read = await timeRead(name, Array.from({ length: times }, () => page));
    reads.push({ ...read, target: pageTarget });
  }
  return reads;
}

/** A hundred messages of one flow and one run, from the begin and from the middle of the journal on. */
function pagesOf(url: string, { first, last }: Filled): Record<string, string> {
  const page = (run: number, after: number) => `${url}/messages?${new URLSearchParams({ flow: 'trade', run: String(run), cursor: Buffer.from(String(after)).toString('base64url') }).toString()}`;
  return { 'the first page of a message log': page(firstRun, first), 'a page from the middle of a message log': page(firstRun + (days - 1) / 2, Math.floor((first + last) / 2)) };
}

/** The first fifty of what a search finds: of much and of little, by columns, consumers, payload and text. */
function searchesOf(api: string): Record<string, string> {
  const day = new Date(Date.now() - 3 * 86_400_000).toISOString().slice(0, 10);
  const search = (list: string, q: string) => [`${list} with ${q}`, `${api}/${list}?${new URLSearchParams({ q, limit: '50' }).toString()}`] as const;
  return Object.fromEntries([
    search('messages', 'flow:trade topic:trade.payment'),
    search('messages', `flow:trade at<${day} service:trade-web`),
    search('messages', 'queue:trade.invoice outcome:dead'),
    search('messages', 'payload.user.id:42'),
    search('messages', 'payload.user.city:Oslo and not topic:trade.order'),
    search('messages', '"in Oslo"'),
    search('messages', 'topic:trade.parcel or topic:trade.invoice'),
    search('journeys', 'flow:trade latency>50'),
    search('journeys', 'outcome:dead'),
  ]);
}

/** From all over the journal, in no order. */
function someMessages(database: Pick<TestDatabase, 'query'>, { first, last }: Filled): Promise<{ id: string; journey: string }[]> {
  return database.query(`
    select id, journey from observer.messages
    where flow = 'trade' and run = any(array(select generate_series(${firstRun}, ${firstRun + days - 1})))
      and seq = any(array(select ${first} + floor(random() * ${last - first + 1})::bigint from generate_series(1, ${firstJourneys + journeys})))
    order by random()`);
}
