import { SetMetadata } from '@nestjs/common';
import type { Cause, WireProperties } from '@warren/protocol';

/** A message as it came from the broker. */
export interface Delivery {
  exchange: string;
  routingKey: string;
  redelivered: boolean;
  properties: WireProperties;
  body: Buffer;
}

export interface BatchOptions {
  queue: string;
  /** How many deliveries one call gets at the most. */
  size: number;
  /** `last`: stays attached in SHUTDOWN until all other consumers have stopped. */
  detach?: 'last';
}

/** A delivery that its consumer will never be able to take, and why. */
export interface Refused {
  delivery: Delivery;
  cause: Cause;
}

/** Takes a batch; what it gives back becomes dead letters. */
// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- a method without a return statement refuses nothing
export type TakeBatch = (deliveries: Delivery[]) => Promise<readonly Refused[] | void>;

export const ON_BATCH = Symbol('warren.on-batch');

/**
 * Gives a provider's method the raw deliveries of a queue in batches, one call at a time. When it resolves, all are acknowledged, those
 * that it refuses as dead letters; when it throws, it is called again with the same ones after a pause.
 */
export function OnBatch(options: BatchOptions) {
  return <M extends TakeBatch>(target: object, key: string | symbol, descriptor: TypedPropertyDescriptor<M>): void => {
    SetMetadata(ON_BATCH, options)(target, key, descriptor);
  };
}
