import { median, type Comparison } from './comparison.js';
import type { Result } from './harness/measure.js';

/** For people: what each pipeline did, what it took, and how they compare. */
export function report(results: ReadonlyMap<string, readonly Result[]>, comparisons: readonly Comparison[], messages: number): string {
  const pipelines = [...results].map(([name, rounds]) => pipelineLines(name, rounds, messages));
  return [...pipelines.flat(), ...comparisons.map(comparisonLine)].join('\n');
}

function pipelineLines(name: string, rounds: readonly Result[], messages: number): string[] {
  const rates = rounds.map(({ rate }) => rate);
  const [middle, least, most] = [median(rates), Math.min(...rates), Math.max(...rates)].map((rate) => Math.round(rate).toLocaleString('en'));
  const processes = [...(rounds[0]?.use.keys() ?? [])];
  const cpu = [...processes, 'all'].map((one) => `${one} ${(medianOf(rounds, one, 'cpu') / messages).toFixed(1)}`);
  const memory = processes.map((one) => `${one} ${Math.round(medianOf(rounds, one, 'memory') / 2 ** 20)}`);
  return [`${name}: ${middle} messages/s (${least} to ${most})`, `  CPU µs per message: ${cpu.join(', ')}`, `  peak memory MiB: ${memory.join(', ')}`, ''];
}

/** Of one process, or of `all` of them. */
const medianOf = (rounds: readonly Result[], process: string, what: 'cpu' | 'memory'): number =>
  median(rounds.map(({ use }) => [...use].reduce((sum, [name, one]) => sum + (process === 'all' || process === name ? (one[what] ?? 0) : 0), 0)));

function comparisonLine({ bench, ours, peer, peer_value, ratio, target, runs }: Comparison): string {
  const judged = target === null ? '' : ratio >= target ? `, target ${target} reached` : `, ${(target - ratio).toFixed(3)} short of ${target}`;
  return `bench ${bench}: ${ours} against ${peer_value} of ${peer} in ${runs} rounds: ratio ${ratio}${judged}`;
}
