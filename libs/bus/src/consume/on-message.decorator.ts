import { SetMetadata } from '@nestjs/common';
import type { Cause, Contract, ContractInfo } from '@warren/protocol';
import type { z } from 'zod';
import type { Upcasts } from './decode.js';
import type { PolicyOptions } from './policy.js';
import type { Children, Effects, Received } from './received.js';

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
  /** True: a message is handled once. The method returns what is stored, as a function of the transaction: see Effects. Default false. */
  inbox?: boolean;
}

type Returned<O> = O extends { inbox: true } ? Effects : Children;

interface Dead<S extends z.ZodType> {
  /**
   * What to publish, as children, before the message becomes a dead letter for whatever reason: a function of its arguments. It is not asked about a message
   * that could not be read.
   */
  dead?: (message: Received<Contract<S>>, cause: Cause) => Children;
}

export type ConsumerMeta = ConsumerOptions & { contract: ContractInfo; dead?: (message: Received, cause: Cause) => Children };

export const ON_MESSAGE = Symbol('warren.on-message');

/**
 * Makes a provider's method the consumer of a contract. What it returns is published as children of the message, and only then is
 * the message acknowledged. Without an inbox it must be a function of its message: a redelivered one has to give the same children.
 *
 *     @OnMessage(signal.original, { queue: 'signal.imed', concurrency: 10 })
 *     acknowledge(message: Received<typeof signal.original>) {
 *       return signal.intermediate({ text: `Got ${message.payload.text}` });
 *     }
 *
 * With `inbox: true` and `inboxMigrations` it need not: the inbox's row, what the returned function stores and the children that it returns are one transaction,
 * and a message that comes again skips the method and publishes the stored children. Slow work belongs before the return: the transaction is short then.
 *
 *     @OnMessage(shop.order, { queue: 'shop.till', inbox: true })
 *     async sell({ payload }: Received<typeof shop.order>) {
 *       const price = await this.prices.of(payload.item);
 *       return async (transaction: Transaction<Tables>) => {
 *         await transaction.insertInto('sales').values({ item: payload.item, price }).execute();
 *         return shop.sold({ item: payload.item, price });
 *       };
 *     }
 */
export function OnMessage<S extends z.ZodType, const O extends ConsumerOptions>(contract: Contract<S>, options: O & Dead<S>) {
  return <M extends (message: Received<Contract<S>>) => Returned<O> | Promise<Returned<O>>>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<M>,
  ): void => {
    SetMetadata<symbol, ConsumerMeta>(ON_MESSAGE, { ...options, contract: contract.info })(target, key, descriptor);
  };
}
