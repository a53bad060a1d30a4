import { Inject, Injectable } from '@nestjs/common';
import { newId, type Draft, type Envelope } from '@warren/protocol';
import { BUS_OPTIONS, type BusOptions } from '../bus.options.js';
import { BufferFullError } from '../bus.errors.js';
import { Gate } from './gate.js';
import { checkedPayload, encode, encodeBody, type Address } from './encode.js';
import { Outbound, type Outgoing } from './outbound.js';

/** A root message that the broker has confirmed. Its id is also its journey's. */
export interface PublishedMessage {
  id: string;
  journey: string;
}

/** A root that begins another journey. */
export interface Again {
  /** Of the new message and journey. */
  id: string;
  service: string;
  body: Buffer;
}

/** How many root messages, and bytes of them, may wait for their confirm. Children and reports are bounded by what consumers have in hand. */
export const buffer = { messages: 10_000, bytes: 64 * 1024 * 1024 };

/**
 * Starts journeys. A service that publishes because of a message returns drafts from its handler instead.
 *
 *     await this.publisher.publish(signal.original({ text: 'MSG_1' }));
 */
@Injectable()
export class Publisher {
  /** Messages confirmed since the start. */
  published = 0;
  private readonly waiting = { messages: 0, bytes: 0 };

  constructor(
    private readonly gate: Gate,
    private readonly outbound: Outbound,
    @Inject(BUS_OPTIONS) private readonly options: BusOptions,
  ) {}

  /**
   * Publishes a root message; resolves when the broker has confirmed it.
   * @param id for a source that may publish the same message again; default a new one.
   * @param source the timer source that is told how the journey ends.
   * @throws SourcesClosedError, PayloadError, UnroutableError, PublishTimeoutError, PublishInterruptedError, BufferFullError
   */
  publish(draft: Draft, id = newId(), source?: string): Promise<PublishedMessage> {
    return this.start(draft.contract.type, id, (envelope) => encode(draft.contract, checkedPayload(draft), { ...envelope, source }));
  }

  /** As publish(), for a contract known by announcement only, or stored: whoever calls has checked the payload. */
  publishAnnounced(address: Address, payload: unknown, id = newId()): Promise<PublishedMessage> {
    return this.start(address.type, id, (envelope) => encode(address, payload, envelope));
  }

  /** Whether root messages may be published now: see SourcesClosedError. */
  get open(): boolean {
    return this.gate.open;
  }

  /** As publish(), of a root's body as it once was, in the name of the service that it was from. */
  publishAgain(address: Address, { id, service, body }: Again): Promise<PublishedMessage> {
    return this.start(address.type, id, (envelope) => encodeBody(address, body, { ...envelope, service }));
  }

  private start(type: string, id: string, encoded: (envelope: Envelope) => Outgoing): Promise<PublishedMessage> {
    return this.gate.pass(async (run) => {
      await this.buffered(encoded({ id, journey: id, type, service: this.options.service, at: Date.now(), run, attempt: 1, redrive: 0 }));
      this.published += 1;
      return { id, journey: id };
    });
  }

  private async buffered(message: Outgoing): Promise<void> {
    const { waiting } = this;
    const bytes = message.body.length;
    if (waiting.messages >= buffer.messages || waiting.bytes + bytes > buffer.bytes) throw new BufferFullError(waiting.messages);
    waiting.messages += 1;
    waiting.bytes += bytes;
    try {
      await this.outbound.sendToFlow(message);
    } finally {
      waiting.messages -= 1;
      waiting.bytes -= bytes;
    }
  }
}
