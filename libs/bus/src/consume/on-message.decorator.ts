import { SetMetadata } from '@nestjs/common';
import type { Contract, ContractInfo } from '@warren/protocol';
import type { z } from 'zod';
import type { Upcasts } from './decode.js';
import type { PolicyOptions } from './policy.js';
import type { Children, Received } from './received.js';

export type ConsumerOptions = HandlingOptions & (OneQueue | ManyQueues);

interface OneQueue {
  /** The consumer's durable queue: `<flow>.<consumer>`. */
  queue: string;
  /** The consumer's name, part of its children's ids. Default: the queue. Keep it when the queue is renamed. */
  name?: string;
  queues?: never;
}

interface ManyQueues {
  /**
   * What the queues' names look like that the method is attached to at run time, with one `*`: `deployments.*`. There is no consumer until one is added:
   * see Consumers. What is said here holds for each that does not say otherwise.
   */
  queues: string;
  queue?: never;
  name?: never;
}

interface HandlingOptions {
  /** How many messages one instance handles at a time. Default 10. */
  concurrency?: number;
  /** What becomes of a message whose handler throws. Default: 5 attempts after 1 s, 5 s, 30 s, 2 min. */
  policy?: PolicyOptions;
  /** Older versions of the contract that it takes too, each with the way to today's payload. */
  upcasts?: Upcasts;
}

export type ConsumerMeta = ConsumerOptions & { contract: ContractInfo };

export const ON_MESSAGE = Symbol('warren.on-message');

/**
 * Makes a provider's method the consumer of a contract. What it returns is published as children of the message, and only then is
 * the message acknowledged. Without an inbox it must be a function of its message: a redelivered one has to give the same children.
 *
 *     @OnMessage(signal.original, { queue: 'signal.imed', concurrency: 10 })
 *     acknowledge(message: Received<typeof signal.original>) {
 *       return signal.intermediate({ text: `Got ${message.payload.text}` });
 *     }
 */
export function OnMessage<S extends z.ZodType>(contract: Contract<S>, options: ConsumerOptions) {
  return <M extends (message: Received<Contract<S>>) => Children | Promise<Children>>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<M>,
  ): void => {
    SetMetadata<symbol, ConsumerMeta>(ON_MESSAGE, { ...options, contract: contract.info })(target, key, descriptor);
  };
}
