import type { ContractInfo } from '@warren/protocol';
import { StartError } from '../bus.errors.js';
import type { Handled } from './message-handler.js';
import { checkedPolicy, type Policy, type PolicyOptions } from './policy.js';

/** A consumer of this process. One that was added at run time may change. */
export interface DeclaredConsumer extends Handled {
  concurrency: number;
  /** Whether new messages of the flow come to it; else it takes what waits. */
  bound: boolean;
}

/** A decorated method, and where it stands: `Till.sell`. */
export type HandlerMethod = Pick<Handled, 'contract' | 'upcasts' | 'inbox' | 'dead' | 'method'> & { where: string };

/** The queue that a method is attached to, and what holds there. */
export interface ConsumerPlace {
  queue: string;
  name?: string;
  /** Default: the method's. */
  contract?: ContractInfo;
  concurrency?: number;
  policy?: PolicyOptions;
  bound?: boolean;
}

const defaultConcurrency = 10;
/** No blanks: the header `warren-hop` ends with it. */
const queuePattern = /^[\w.-]{1,255}$/;

/** A method's consumer at a queue, with what it does not say filled in. @throws StartError when it cannot work. */
export function declaredConsumer({ where, ...handler }: HandlerMethod, { queue, name = queue, bound = true, ...given }: ConsumerPlace): DeclaredConsumer {
  if (!queuePattern.test(queue)) throw new StartError(`${where}: queue "${queue}" must be letters, digits, dots, dashes and underscores, at most 255.`);
  const concurrency = concurrencyOf(given.concurrency, where);
  return { ...handler, queue, name, bound, concurrency, policy: policyOf(given.policy, where) };
}

/** @throws StartError */
export function concurrencyOf(concurrency = defaultConcurrency, where: string): number {
  if (!Number.isInteger(concurrency) || concurrency < 1) throw new StartError(`${where}: concurrency must be 1 or more, not ${concurrency}.`);
  return concurrency;
}

/** @throws StartError */
export function policyOf(policy: PolicyOptions | undefined, where: string): Policy {
  try {
    return checkedPolicy(policy);
  } catch (error) {
    throw new StartError(`${where}: ${error instanceof Error ? error.message : String(error)}.`);
  }
}
