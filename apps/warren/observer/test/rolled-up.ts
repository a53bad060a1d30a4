import { type Delivery } from '@warren/bus';
import { digestOf, journalTypes, newId, type HopReport } from '@warren/protocol';
import { control, foreign, hopReport, message } from './deliveries.js';

export const oneMinute = 60_000;
export const now = Date.now();
/** When the observer takes foreign messages in, and all that it does not know better. */
export const began = now - 190 * oneMinute;
export const queues = ['signal.imed', 'signal.audit'];

/** Numbers from 0 to 1 that look random, the same in each run. Source: Numerical Recipes, "An even quicker generator". */
let seed = 1;
const random = (): number => (seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
const upTo = (most: number): number => Math.floor(random() * (most + 1));

/** An attempt as it should be counted. */
interface Attempt {
  queue: string;
  instance: string;
  outcome: HopReport['outcome'];
  finishedAt: number;
  handling: number;
  waiting: number | null;
  children: number;
}

/** What happens to one message at one consumer, and how that is told. */
export interface Hop {
  attempts: Attempt[];
  reports: Delivery[];
}

export interface Journey {
  foreign: boolean;
  /** By its publisher's clock. */
  published: number;
  messages: { published: number; delivery: Delivery }[];
  hops: Hop[];
}

interface Message {
  id: string;
  journey: string;
  published: number;
  /** Digest, where it is foreign. */
  digest?: string;
}

/** Up to three attempts, or so many that are given up and redriven. */
function makeHop({ id, journey, published, digest }: Message, queue: string): Hop {
  const hop: Hop = { attempts: [], reports: [] };
  let due: number | null = published;
  const attempt = (outcome: HopReport['outcome'], n: number, redrive: number) => {
    const instance = `imed-${upTo(2)}`;
    const startedAt = (due ?? published) + (redrive > 0 && n === 1 ? 60_000 : upTo(3) ** 6);
    const finishedAt = startedAt + upTo(4) ** 5;
    const [children, retryAt] = [outcome === 'handled' ? upTo(3) : 0, finishedAt + upTo(90_000)];
    const once = outcome === 'handled' && n === 1 && redrive === 0;
    // A foreign message has another id at its consumer: of what did not go through at once it is not known when it was published and what it made. A redrive was made just now.
    const isVague = digest !== undefined && !once;
    const since = redrive > 0 && n === 1 ? startedAt : isVague && n === 1 ? null : due;
    hop.attempts.push({ queue, instance, outcome, finishedAt, handling: finishedAt - startedAt, waiting: since === null ? null : startedAt - since, children: isVague ? 0 : children });
    hop.reports.push(control(journalTypes.hops, {
      service: 'signal-imed', instance, hops: [hopReport({ id, journey, queue, consumer: queue, foreign: digest, attempt: n, redrive, outcome, startedAt, finishedAt, children, ...(outcome === 'retried' && { retryAt }) })],
    })); // prettier-ignore
    due = outcome === 'retried' ? retryAt : finishedAt;
  };
  const tries = 1 + (random() < 0.3 ? upTo(2) : 0);
  const dies = random() < 0.1;
  for (let n = 1; n < tries; n += 1) attempt('retried', n, 0);
  attempt(dies ? 'dead' : 'handled', tries, 0);
  if (dies && digest === undefined && random() < 0.5) attempt('handled', 1, 1);
  return hop;
}

/** A root, maybe with a child, at both consumers. */
export function makeJourney(): Journey {
  const [root, published, isForeign] = [newId(), began + upTo(180 * oneMinute), random() < 0.1];
  if (isForeign) {
    const delivery = foreign({ payload: { text: root } });
    const digest = digestOf(delivery.exchange, delivery.routingKey, delivery.body);
    const hops = queues.map((queue) => { const id = newId(); return makeHop({ id, journey: id, published: began, digest }, queue); }); // prettier-ignore
    return { foreign: true, published: began, messages: [{ published: began, delivery }], hops };
  }
  const messages: Message[] = [{ id: root, journey: root, published }];
  if (random() < 0.3) messages.push({ id: newId(), journey: root, published: published + upTo(oneMinute) });
  return {
    foreign: false, published,
    messages: messages.map(({ id, published: at }) => ({ published: at, delivery: message({}, { id, journey: root, at, ...(id !== root && { parent: { id: root, queue: 'signal.imed' } }) }) })),
    hops: messages.flatMap((one) => queues.map((queue) => makeHop(one, queue))),
  }; // prettier-ignore
}

export type Row = Record<string, unknown>;
export const slotOf = (time: number, minutes: number): string => new Date(Math.floor(time / (minutes * oneMinute)) * minutes * oneMinute).toISOString();
const bucketOf = (ms: number): number => (ms === 0 ? -354 : Math.ceil(Math.log(ms) / Math.log(1.02)));
export const sorted = (rows: Row[]): Row[] => rows.toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
const grouped = <T>(all: readonly T[], key: (one: T) => string): T[][] => Object.values(Object.groupBy(all, key)).map((group) => group ?? []);

function spread(durations: readonly number[]): Row {
  const buckets = [...new Set(durations.map(bucketOf))].sort((one, other) => one - other);
  return { longest: Math.max(...durations), buckets, counts: buckets.map((bucket) => durations.filter((duration) => bucketOf(duration) === bucket).length) };
}

/** What the rollups of that length should say. */
export function expected(minutes: number, journeys: readonly Journey[], told: ReadonlySet<Hop>) {
  const attempts = journeys.flatMap(({ hops }) => hops.filter((hop) => told.has(hop)).flatMap((hop) => hop.attempts)).map((one) => ({ ...one, slot: slotOf(one.finishedAt, minutes) }));
  const byInstance = grouped(attempts, ({ slot, queue, instance }) => `${slot} ${queue} ${instance}`).map((all) => {
    const [{ slot, queue, instance }] = all as [(typeof attempts)[number]];
    const count = (outcome: string) => all.filter((one) => one.outcome === outcome).length;
    const row = { slot, flow: 'signal', queue, instance, consumer: queue, service: 'signal-imed', handled: count('handled'), retried: count('retried'), dead: count('dead') };
    return { row: { ...row, children: all.reduce((sum, { children }) => sum + children, 0) }, all };
  });
  const ended = journeys.filter(({ foreign: isForeign, hops }) => !isForeign && hops.every((hop) => told.has(hop))).map(({ hops, published }) => {
    const ends = hops.flatMap(({ attempts: all }) => all.slice(-1));
    const at = Math.max(...ends.map(({ finishedAt }) => finishedAt));
    return { slot: slotOf(at, minutes), dead: ends.some(({ outcome }) => outcome === 'dead'), latency: at - published };
  }); // prettier-ignore
  const published = journeys.flatMap(({ messages }) => messages.map((one) => slotOf(one.published, minutes)));
  const durations = byInstance.flatMap(({ row: { slot, queue, instance }, all }) => [
    { slot, queue, instance, kind: 'handling', all: all.map(({ handling }) => handling) },
    { slot, queue, instance, kind: 'waiting', all: all.flatMap(({ waiting }) => waiting ?? []) },
  ]);
  const latencies = grouped(ended.filter(({ dead }) => !dead), ({ slot }) => slot).map((all) => ({ slot: all[0]?.slot, queue: '', instance: '', kind: 'latency', all: all.map(({ latency }) => latency) })); // prettier-ignore
  return {
    attempts: sorted(byInstance.map(({ row }) => row)),
    durations: sorted([...durations, ...latencies].filter(({ all }) => all.length > 0).map(({ all, ...row }) => ({ ...row, flow: 'signal', ...spread(all) }))),
    flows: sorted([...new Set([...published, ...ended.map(({ slot }) => slot)])].map((slot) => ({
      slot, flow: 'signal', published: published.filter((one) => one === slot).length,
      complete: ended.filter((one) => one.slot === slot && !one.dead).length, dead: ended.filter((one) => one.slot === slot && one.dead).length,
    }))),
  }; // prettier-ignore
}
