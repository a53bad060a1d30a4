import { SetMetadata } from '@nestjs/common';
import type { WireProperties } from '@warren/protocol';

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

export const ON_BATCH = Symbol('warren.on-batch');

/**
 * Gives a provider's method the raw deliveries of a queue in batches, one call at a time: `(deliveries: Delivery[]) => Promise<void>`.
 * When it resolves, all are acknowledged; when it throws, it is called again with the same ones after a pause.
 */
export function OnBatch(options: BatchOptions) {
  return (
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<(deliveries: Delivery[]) => Promise<void>>,
  ): void => {
    SetMetadata(ON_BATCH, options)(target, key, descriptor);
  };
}
