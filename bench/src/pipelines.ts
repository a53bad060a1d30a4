import { join } from 'node:path';
import type { Contest } from './comparison.js';
import type { Pipeline } from './harness/run.js';

const script = (file: string): string => join(__dirname, 'pipelines', `${file}.js`);

const raw: Pipeline = { name: 'raw amqplib', script: script('raw') };
const golevelup: Pipeline = { name: 'golevelup', script: script('golevelup') };
const warren: Pipeline = { name: 'Warren', script: script('warren') };
const journalled: Pipeline = { name: 'Warren with journal', script: script('warren'), journal: true };

/** One comparison of two pipelines. */
export interface Bench extends Contest {
  readonly ours: Pipeline;
  readonly peer: Pipeline;
}

export const benches: readonly Bench[] = [
  { bench: 1, ours: warren, peer: raw, target: 0.85 },
  { bench: 1, ours: warren, peer: golevelup, target: null },
  { bench: 2, ours: journalled, peer: raw, target: 0.5 },
];
