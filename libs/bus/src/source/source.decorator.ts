import { SetMetadata } from '@nestjs/common';
import type { Contract, ContractInfo, InputOf } from '@warren/protocol';

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
}

export const ON_SOURCE = Symbol('warren.source');

/**
 * Publishes a contract every so many milliseconds while the system is RUNNING. Of several instances one emits; another takes over when it
 * dies, and the numbering goes on. With `most` it ends after so many in each run. Needs the service's database, with `sourceMigrations` among its migrations.
 *
 *     @Source(signal.original, { name: 'signal.orig', every: (self: OrigSource) => self.config.interval })
 *     next({ n }: Tick) {
 *       return { text: `MSG_${n}` };
 *     }
 */
export function Source<C extends Contract>(contract: C, { name, every, most }: Omit<SourceMeta, 'contract'>) {
  return <M extends (tick: Tick) => InputOf<C>>(target: object, key: string | symbol, descriptor: TypedPropertyDescriptor<M>): void => {
    const meta: SourceMeta = { name, contract: contract.info, every, most };
    SetMetadata(ON_SOURCE, meta)(target, key, descriptor);
  };
}
