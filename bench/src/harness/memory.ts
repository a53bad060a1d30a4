import { setTimeout as delay } from 'node:timers/promises';
import { residentOf } from './processes.js';

const every = 1_000;

/** Resident sets of a process over the time of some work, in bytes. */
export interface Course {
  begin: number;
  middle: number;
  end: number;
  peak: number;
}

/** Looks at the memory of processes while work is done. */
export async function memoryDuring<R>(pids: ReadonlyMap<string, number>, work: () => Promise<R>): Promise<{ result: R; memory: Map<string, Course> }> {
  const samples = new Map([...pids.keys()].map((name) => [name, [] as number[]]));
  const done = new AbortController();
  const look = async () => {
    while (!done.signal.aborted) {
      for (const [name, pid] of pids) samples.get(name)?.push(residentOf(pid) ?? 0);
      await delay(every, undefined, { signal: done.signal }).catch(() => undefined);
    }
  };
  const looking = look();
  try {
    const result = await work();
    return { result, memory: new Map([...samples].map(([name, values]) => [name, courseOf(values)])) };
  } finally {
    done.abort();
    await looking;
  }
}

/** Begin, middle and end are medians of a tenth of the samples each: garbage comes and goes. */
export function courseOf(values: readonly number[]): Course {
  const tenth = Math.max(1, Math.floor(values.length / 10));
  const around = (from: number) => middleOf(values.slice(from, from + tenth));
  return { begin: around(0), middle: around(Math.floor((values.length - tenth) / 2)), end: around(values.length - tenth), peak: Math.max(...values) };
}

const middleOf = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** Whether what a process holds does not follow how much it has been through: a part of it more than in the middle, or a little that hardly counts. */
export const isFlat = ({ middle, end }: Course): boolean => end <= Math.max(middle * 1.15, middle + 32 * 2 ** 20);
