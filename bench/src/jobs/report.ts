import { compare, type Comparison } from '../comparison.js';
import { report } from '../report.js';
import { titleOf, type WayResults } from './jobs.js';
import { contests, rivals } from './rivals.js';

/** For people: each rival and the comparisons, by how the jobs were done, and what each rival keeps. */
export function reportOf(results: readonly WayResults[], messages: number): string {
  const parts = results.map((one) => `Jobs, ${titleOf(one)}\n\n${report(one.rivals, comparisonsOf(one), messages)}\n${givenUp(one)}`);
  const kept = rivals.filter(({ name }) => results.some((one) => one.rivals.has(name))).map(({ name, durability }) => `${name}: ${durability}`);
  return ['', ...parts, ...kept].join('\n');
}

const givenUp = ({ givenUp }: WayResults): string => [...givenUp].map(([name, why]) => `${name} is given up: ${why}\n`).join('');

/** As JSON lines, as the other benches print them; `concurrency` in jobs, `beforehand` as in Way. */
export function jsonOf(results: readonly WayResults[]): string {
  const lines = results.flatMap(({ concurrency, beforehand, ...one }) => [
    ...comparisonsOf(one).map((comparison) => ({ ...comparison, concurrency, beforehand })),
    ...[...one.givenUp].map(([peer, given_up]) => ({ bench: 'jobs', concurrency, beforehand, peer, given_up })),
  ]);
  return lines.map((line) => JSON.stringify(line)).join('\n');
}

/** Of those that were measured. */
const comparisonsOf = ({ rivals: measured }: Pick<WayResults, 'rivals'>): Comparison[] =>
  contests.filter(({ ours, peer }) => measured.has(ours.name) && measured.has(peer.name)).map((contest) => compare(contest, measured));
