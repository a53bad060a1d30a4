import { type TestDatabase } from '@warren/testing';

/** Of an attempt, what a rollup counts. */
export interface Measured {
  flow: string;
  queue: string;
  service: string;
  instance: string;
  outcome: string;
  /** Milliseconds. */
  handling: number;
  waiting: number | null;
  children: number;
}

/** A slot's begin and its length in minutes. */
export interface Slot {
  slot: Date;
  minutes: number;
}

/** What ended in a slot. */
export interface Filled extends Slot {
  attempts: readonly Measured[];
  /** Default true. */
  rolled?: boolean;
}

export interface Durations extends Slot {
  flow: string;
  queue: string;
  instance: string;
  kind: 'handling' | 'waiting' | 'latency';
  /** Milliseconds. */
  durations: readonly number[];
}

type Journal = Pick<TestDatabase, 'query'>;

/** Writes what the observer rolls up of attempts. */
export async function rollUp(journal: Journal, ...slots: Filled[]): Promise<void> {
  const groups = slots.flatMap(({ slot, minutes, attempts }) =>
    Object.values(Object.groupBy(attempts, ({ flow, queue, instance }) => `${flow} ${queue} ${instance}`)).flatMap((all) => (all?.[0] ? [{ ...all[0], slot, minutes, all }] : [])),
  );
  await insert(journal, 'slots', slots.map(({ rolled = true, ...slot }) => ({ ...slot, rolled }))); // prettier-ignore
  await insert(journal, 'slot_attempts', groups.map(({ all, ...group }) => ({ ...group, consumer: group.queue, ...counted(all) }))); // prettier-ignore
  await addDurations(journal, ...groups.flatMap(({ all, ...group }): Durations[] => [
    { ...group, kind: 'handling', durations: all.map(({ handling }) => handling) },
    { ...group, kind: 'waiting', durations: all.flatMap(({ waiting }) => waiting ?? []) },
  ])); // prettier-ignore
}

function counted(attempts: readonly Measured[]) {
  const count = (outcome: string) => attempts.filter((one) => one.outcome === outcome).length;
  return { handled: count('handled'), retried: count('retried'), dead: count('dead'), children: attempts.reduce((sum, { children }) => sum + children, 0) };
}

export async function addDurations(journal: Journal, ...all: Durations[]): Promise<void> {
  await insert(journal, 'slot_durations', all.filter(({ durations }) => durations.length > 0).map(({ durations, ...of }) => ({ ...of, longest: Math.max(...durations), ...spread(durations) }))); // prettier-ignore
}

function spread(durations: readonly number[]) {
  const buckets = [...new Set(durations.map(bucketOf))].sort((one, other) => one - other);
  return { buckets, counts: buckets.map((bucket) => durations.filter((duration) => bucketOf(duration) === bucket).length) };
}

const bucketOf = (ms: number) => Math.ceil(Math.log(Math.max(ms, 0.0009)) / Math.log(1.02));

/** Rows of one of the tables that stand for the observer's views. */
export async function insert(journal: Journal, table: string, rows: readonly object[]): Promise<void> {
  await journal.query(`insert into journal.${table} select * from jsonb_populate_recordset(null::journal.${table}, $1)`, [JSON.stringify(rows)]);
}
