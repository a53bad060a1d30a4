import { join } from 'node:path';
import type { Pipeline } from './harness/run.js';

const script = (file: string): string => join(__dirname, 'pipelines', `${file}.js`);

const raw: Pipeline = { name: 'raw amqplib', script: script('raw') };
const golevelup: Pipeline = { name: 'golevelup', script: script('golevelup') };
const warren: Pipeline = { name: 'Warren', script: script('warren') };
const journalled: Pipeline = { name: 'Warren with journal', script: script('warren'), journal: true };

/** One comparison: `ours` should reach `target` times the rate of the peer. */
export interface Bench {
  readonly bench: number;
  readonly ours: Pipeline;
  readonly peer: Pipeline;
  /** Null: for information. */
  readonly target: number | null;
}

export const benches: readonly Bench[] = [
  { bench: 1, ours: warren, peer: raw, target: 0.85 },
  { bench: 1, ours: warren, peer: golevelup, target: null },
  { bench: 2, ours: journalled, peer: raw, target: 0.5 },
];
