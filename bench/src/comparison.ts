import type { Result } from './harness/measure.js';

/** `ours` should reach `target` times the rate of the peer. */
export interface Contest {
  readonly bench: number | string;
  readonly ours: { readonly name: string };
  readonly peer: { readonly name: string };
  /** Null: for information. */
  readonly target: number | null;
}

/** One line of `--json`. Rates are messages per second. */
export interface Comparison {
  bench: number | string;
  ours: number;
  peer: string;
  peer_value: number;
  /** Median of the rounds' ratios: the two of a round ran one after the other, so what the machine did meanwhile counts for both. */
  ratio: number;
  target: number | null;
  /** Rounds. */
  runs: number;
}

/** @param results by pipeline name, a result per round. */
export function compare({ bench, ours, peer, target }: Contest, results: ReadonlyMap<string, readonly Result[]>): Comparison {
  const [mine, theirs] = [ours, peer].map(({ name }) => (results.get(name) ?? []).map(({ rate }) => rate)) as [number[], number[]];
  const ratios = mine.map((rate, round) => rate / (theirs[round] ?? Number.NaN));
  return {
    bench,
    ours: Math.round(median(mine)),
    peer: peer.name,
    peer_value: Math.round(median(theirs)),
    ratio: Number(median(ratios).toFixed(3)),
    target,
    runs: ratios.length,
  };
}

/** @throws for no values at all */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  if (low === undefined || high === undefined) throw new Error('There is no median of nothing.');
  return (low + high) / 2;
}
