import { median } from '../comparison.js';

/** One kind of page of the API, and how long it took to be answered, in milliseconds. */
export interface Read {
  name: string;
  median: number;
  /** What 99 of 100 were not slower than. */
  p99: number;
}

/** Of each kind, before it is timed: each of the gateway's connections plans a statement when it meets it first. */
const before = 20;

/** Asks for these pages by one caller, one after the other; the first of them before that, so that the gateway has answered such ones, unless it shall be `cold`. */
export async function timeRead(name: string, pages: readonly string[], { cold = false } = {}): Promise<Read> {
  const took: number[] = [];
  const warm = pages.slice(0, cold ? 0 : before);
  for (const page of [...warm, ...pages]) {
    const began = performance.now();
    await pageOf(page);
    took.push(performance.now() - began);
  }
  return { name, ...timesOf(took.slice(warm.length)) };
}

/** @throws for no times at all */
export function timesOf(took: readonly number[]): Omit<Read, 'name'> {
  return { median: median(took), p99: took.toSorted((a, b) => a - b)[Math.ceil(took.length * 0.99) - 1] ?? Infinity };
}

/** @throws for any answer but 200, and for an empty page */
export async function pageOf<T extends object>(page: string): Promise<T> {
  const response = await fetch(page, { headers: { accept: 'application/json' } });
  const text = await response.text();
  if (response.status !== 200 || text.includes('"items":[]')) throw new Error(`${page} answered ${response.status}: ${text}`);
  return JSON.parse(text) as T;
}
