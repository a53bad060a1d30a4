import { type Fsync } from '@warren/testing';
import { type Contest } from '../comparison.js';

/** Who does the jobs. */
export interface Rival {
  readonly name: string;
  /** What becomes of a job when something ends. */
  readonly durability: string;
  /** Of its two roles, submitter and worker, here. */
  readonly script: string;
  /** Where it keeps its queue in Redis. */
  readonly fsync?: Fsync;
  /** Where it keeps its queue in RabbitMQ. */
  readonly broker?: boolean;
  /** Whether the observer journals what it carries. */
  readonly journal?: boolean;
  /** Whether it may store a result twice: it completes the job after that. */
  readonly copies?: boolean;
  /** Settings of its own. */
  readonly env?: Readonly<Record<string, string>>;
}

const inOne = 'with its row, and completed with its result, each in one transaction with fsync';

const warren: Rival = {
  name: 'Warren', script: 'warren', broker: true,
  durability: 'job stored with its message (outbox), result with the mark that it is done (inbox), each in one transaction with fsync; between them a quorum queue, confirmed after its fsync',
}; // prettier-ignore
const withJournal: Rival = { ...warren, name: 'Warren with journal', journal: true, durability: 'the same, and every attempt in the journal, with fsync' };
const everysec: Rival = {
  name: 'BullMQ (Redis everysec)', script: 'bullmq', fsync: 'everysec', copies: true,
  durability: "job in Redis's log of writes after its row is committed: a second of jobs is lost when the machine ends, and those whose process ends between; a result may be stored twice",
}; // prettier-ignore
const always: Rival = { ...everysec, name: 'BullMQ (Redis always)', fsync: 'always', durability: 'the same, with fsync before each write is answered: lost are those whose process ends between row and job' };
const onPostgres: Rival = {
  name: 'BullMQ (Postgres)', script: 'bullmq', copies: true,
  durability: 'job in Postgres with fsync, after its row is committed: lost are those whose process ends between; a result may be stored twice',
}; // prettier-ignore
const boss: Rival = { name: 'pg-boss', script: 'pg-boss', durability: `job in Postgres ${inOne}` };
const batches: Rival = {
  ...boss, name: 'pg-boss (batches)', copies: true, env: { BENCH_BATCHES: 'true' },
  durability: 'job in Postgres with its row, in one transaction with fsync; completed in batches after the results: one may be stored twice',
}; // prettier-ignore
const graphile: Rival = { ...batches, name: 'graphile-worker', script: 'graphile-worker', env: {} };

export const rivals: readonly Rival[] = [warren, withJournal, everysec, always, onPostgres, boss, batches, graphile];

/** At equal durability: to be ahead of each. Null where the other one keeps less, or ours more. */
export const contests: readonly Contest[] = [
  ...[everysec, always, onPostgres, boss, batches, graphile].map((peer) => ({ bench: 'jobs', ours: warren, peer, target: peer === everysec ? null : 1 })),
  { bench: 'jobs', ours: withJournal, peer: warren, target: null },
];

/** Those of these names, all where none are given. @throws in one line when there is no such rival */
export function chosenRivals(names: readonly string[] | undefined): Rival[] {
  const missing = names?.find((name) => !rivals.some((one) => one.name === name));
  if (missing !== undefined) throw new Error(`There is no rival "${missing}": there are ${rivals.map(({ name }) => `"${name}"`).join(', ')}.`);
  return rivals.filter(({ name }) => names?.includes(name) ?? true);
}
