import { Inject, Injectable } from '@nestjs/common';
import { newId, type Draft } from '@warren/protocol';
import { BUS_OPTIONS, type BusOptions } from '../bus.options.js';
import { Gate } from './gate.js';
import { checkedPayload, encode, type Address } from './encode.js';
import { Outbound } from './outbound.js';

/** A root message that the broker has confirmed. Its id is also its journey's. */
export interface PublishedMessage {
  id: string;
  journey: string;
}

/**
 * Starts journeys. A service that publishes because of a message returns drafts from its handler instead.
 *
 *     await this.publisher.publish(signal.original({ text: 'MSG_1' }));
 */
@Injectable()
export class Publisher {
  /** Messages confirmed since the start. */
  published = 0;

  constructor(
    private readonly gate: Gate,
    private readonly outbound: Outbound,
    @Inject(BUS_OPTIONS) private readonly options: BusOptions,
  ) {}

  /**
   * Publishes a root message; resolves when the broker has confirmed it.
   * @param id for a source that may publish the same message again; default a new one.
   * @throws SourcesClosedError, PayloadError, UnroutableError, PublishTimeoutError, PublishInterruptedError, BufferFullError
   */
  publish(draft: Draft, id = newId()): Promise<PublishedMessage> {
    return this.start(draft.contract, () => checkedPayload(draft), id);
  }

  /** As publish(), for a contract known by announcement only: whoever calls has checked the payload. */
  publishAnnounced(address: Address, payload: unknown): Promise<PublishedMessage> {
    return this.start(address, () => payload, newId());
  }

  private start(address: Address, payload: () => unknown, id: string): Promise<PublishedMessage> {
    return this.gate.pass(async (run) => {
      const envelope = { id, journey: id, type: address.type, service: this.options.service, at: Date.now(), run, attempt: 1, redrive: 0 };
      await this.outbound.sendToFlow(encode(address, payload(), envelope));
      this.published += 1;
      return { id, journey: id };
    });
  }
}
