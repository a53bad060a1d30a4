import { SetMetadata } from '@nestjs/common';
import type { Contract, ContractInfo, InputOf, JourneyEnd } from '@warren/protocol';

/** One beat of a timer source. */
export interface Tick {
  /** From 1 in each run, without a gap. */
  n: number;
  run: number;
}

export interface SourceMeta {
  name: string;
  contract: ContractInfo;
  every: (self: never) => number;
  /** How many it publishes in a run at the most. Default: no end. */
  most?: (self: never) => number;
  /** Called when a journey that it began is complete. */
  onComplete?: OnEnd;
  /** Called when a journey that it began has come to its end with a dead letter, or more. */
  onDead?: OnEnd;
}

export type OnEnd = (self: never, end: JourneyEnd) => void | Promise<void>;

export const ON_SOURCE = Symbol('warren.source');

/**
 * Publishes a contract every so many milliseconds while the system is RUNNING. Of several instances one emits; another takes over when it
 * dies, and the numbering goes on. With `most` it ends after so many in each run. Needs the service's database, with `sourceMigrations` among its migrations.
 *
 * It may be told how its journeys end: at least once, by one instance of the service, in no order, also after a restart of either side. A callback that throws
 * is called again as by the default policy, then the end is a dead letter.
 *
 *     @Source(signal.original, {
 *       name: 'signal.orig',
 *       every: (self: OrigSource) => self.config.interval,
 *       onComplete: (self: OrigSource, { journey }) => self.orders.close(journey),
 *       onDead: (self: OrigSource, { journey, deadLetters }) => self.orders.reject(journey, deadLetters[0]?.cause.message),
 *     })
 *     next({ n }: Tick) {
 *       return { text: `MSG_${n}` };
 *     }
 */
export function Source<C extends Contract>(contract: C, { name, every, most, onComplete, onDead }: Omit<SourceMeta, 'contract'>) {
  return <M extends (tick: Tick) => InputOf<C>>(target: object, key: string | symbol, descriptor: TypedPropertyDescriptor<M>): void => {
    const meta: SourceMeta = { name, contract: contract.info, every, most, onComplete, onDead };
    SetMetadata(ON_SOURCE, meta)(target, key, descriptor);
  };
}
