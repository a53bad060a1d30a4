import { compare, type Comparison } from '../comparison.js';
import type { Result } from '../harness/measure.js';
import { report } from '../report.js';
import type { DeliveriesResults } from './deliveries.js';
import { contests, rivals } from './rivals.js';

/** For people: each rival and the comparisons, by how soon the endpoint answers, and what each rival keeps. */
export function reportOf(results: DeliveriesResults, messages: number): string {
  const kept = rivals.map(({ name, durability }) => `${name}: ${durability}`);
  const parts = [...results].map(([delay, one]) => `Answered ${delay === 0 ? 'at once' : `after ${delay} ms`}\n\n${report(one, comparisonsOf(one), messages)}\n`);
  return ['', ...parts, ...kept].join('\n');
}

/** As JSON lines, as the other benches print them; `delay` in milliseconds. */
export function jsonOf(results: DeliveriesResults): string {
  const lines = [...results].flatMap(([delay, one]) => comparisonsOf(one).map((comparison) => ({ ...comparison, delay })));
  return lines.map((line) => JSON.stringify(line)).join('\n');
}

const comparisonsOf = (results: ReadonlyMap<string, Result[]>): Comparison[] => contests.map((contest) => compare(contest, results));
