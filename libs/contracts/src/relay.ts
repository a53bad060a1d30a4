import { contract, flow, type Contract } from '@warren/protocol';
import { z } from 'zod';
import { relayDeadline } from './relay.config.js';
import list from './relay.stages.json';

/**
 * The stages that each message passes, in their order. relay.stages.json is the one place to add one or to change the order: topics, contracts and consumers
 * follow from it, and so do the processes of `npm start`.
 */
export const stages: readonly string[] = list;

/** A message on its way, the same at each stage, which adds to it. */
const Passing = z.object({
  text: z.string().min(1).max(200),
  /** The stages that it has passed, in order. */
  history: z.array(z.string()).default([]),
  /** When each of them handled it, ISO 8601. */
  handled: z.record(z.string(), z.iso.datetime()).default({}),
  /** How long they have let it wait, together, in milliseconds. */
  waited: z.int().nonnegative().default(0),
  /** When it was published first; the first stage says so. */
  createdAt: z.iso.datetime().optional(),
  /** When the last of them handled it. */
  updatedAt: z.iso.datetime().optional(),
});
export type Passing = z.output<typeof Passing>;

const Start = z.object({
  /** How many messages are started: `seq-1`, `seq-2`, … */
  count: z.int().min(1).max(100_000).default(100),
  /** The number of the first. */
  from: z.int().min(1).max(1_000_000_000).default(1),
});

/** first starts messages, each stage passes them on to the next, last logs them. Each stage takes the contract that has its name. */
export const relay = relayOf(stages);

/** @throws Error when there is no stage, or one has a name that is taken. */
export function relayOf(stages: readonly string[]) {
  const names = ['start', 'finished', ...stages];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`relay.stages.json: "${twice}" is taken, give the stage another name.`);
  if (stages.length === 0) throw new Error('relay.stages.json: name one stage or more.');
  const passing = (name: string) => contract(`relay.${name}`, Passing, { line: '{text} {history}' });
  const contracts = {
    ...Object.fromEntries(stages.map((stage) => [stage, passing(stage)])),
    start: contract('relay.start', Start, { line: '{count} from seq-{from}' }),
    finished: passing('finished'),
  };
  return flow('relay', contracts, { deadline: relayDeadline() });
}

/** What a stage takes, or last where there is none. */
export const takenBy = (stage = 'finished'): Contract<typeof Passing> => (relay as Readonly<Record<string, unknown>>)[stage] as Contract<typeof Passing>;

/** What becomes of a message after a stage: the next stage takes it, or last. */
export const takenAfter = (stage: string): Contract<typeof Passing> => takenBy(stages[stages.indexOf(stage) + 1]);

/** What the first stage takes: where messages enter. */
export const entrance = takenBy(stages[0]);
