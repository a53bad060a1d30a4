import { Injectable } from '@nestjs/common';
import { headers, writeEnvelope } from '@warren/protocol';
import { Outbound } from './outbound.js';
import { travelling } from './travelling.js';

/** A dead letter on its way back to its queue. */
export interface Redriven {
  /** Where it died. */
  queue: string;
  /** As it had before: UUIDs. */
  id: string;
  journey: string;
  /** AMQP type: `<flow>.<contract>@<version>`; '' where it came without. */
  type: string;
  /** Its publisher; '' where it did not say. */
  service: string;
  run?: number;
  /** The number that it travels with: one more than the dead letter's. */
  redrive: number;
  /** Its header `warren-hop` as it was. */
  parent?: string;
  /** Its digest where Warren did not publish it. */
  foreign?: string;
  contentType?: string;
  /** What else it brought; the broker's headers and Warren's own are left out. */
  headers: Record<string, unknown>;
  body: Buffer;
  /** Where it is published to instead of its queue: it died in an outbox, before any queue had it. */
  address?: { exchange: string; topic: string };
}

/** Puts dead letters back, past the gate that holds root messages. */
@Injectable()
export class Redriver {
  constructor(private readonly outbound: Outbound) {}

  /**
   * Publishes it to its own queue, as a first attempt that begins now; resolves when the broker has confirmed.
   * @throws UnroutableError when the queue is gone, or nobody takes what is at its address; PublishInterruptedError, PublishTimeoutError when the broker is away: it may have the message
   */
  async publish(letter: Redriven): Promise<void> {
    const { queue, id, journey, type, service, run, redrive, parent, foreign, contentType, body, address } = letter;
    const written = writeEnvelope({ id, journey, type, service, run, redrive, attempt: 1, at: Date.now() });
    const brought = travelling({ ...letter.headers, [headers.hop]: parent });
    const ours = { ...written.headers, ...(foreign === undefined ? {} : { [headers.foreign]: foreign }) };
    const properties = { ...written, contentType: contentType ?? 'application/octet-stream', headers: { ...brought, ...ours } };
    if (address) await this.outbound.sendToFlow({ exchange: address.exchange, key: address.topic, body, properties });
    else await this.outbound.send({ exchange: '', key: queue, body, properties });
  }
}
