import { Injectable } from '@nestjs/common';
import { headers, names, writeEnvelope } from '@warren/protocol';
import type { ConsumeMessage } from 'amqplib';
import { Connections } from '../connection/connections.js';
import { Outbound, type Outgoing } from '../publish/outbound.js';
import { declareBand } from '../topology/topology.js';
import { bandOf } from './bands.js';
import type { Head } from './decode.js';

/** What the broker adds on its way, and what must not travel on: a retry is a new start for them. */
const brokerHeaders = ['x-death', 'x-first-death-exchange', 'x-first-death-queue', 'x-first-death-reason', 'x-last-death-exchange',
  'x-last-death-queue', 'x-last-death-reason', 'x-delivery-count', 'x-acquired-count', 'CC', 'BCC']; // prettier-ignore

/** Sends a failed message on: into a delay band, or to the dead letters. */
@Injectable()
export class GiveBack {
  private readonly declared = new Map<number, Promise<void>>();

  constructor(
    private readonly connections: Connections,
    private readonly outbound: Outbound,
  ) {
    connections.onLost(() => this.declared.clear());
  }

  /** Lets the message wait in the broker; it comes back to `queue` with the next attempt. Resolves with when, in milliseconds since the epoch. */
  async retry(message: ConsumeMessage, head: Head, queue: string, delay: number): Promise<number> {
    const { band, expiration } = bandOf(delay);
    await this.declareOnce(band);
    const again = outgoing(message, { ...head, attempt: head.attempt + 1 }, names.band(band), queue);
    again.properties.expiration = String(expiration);
    await this.outbound.send(again);
    return Date.now() + expiration;
  }

  /** Makes it a dead letter: body as it was, and why. */
  async dead(message: ConsumeMessage, head: Head, queue: string, cause: { name: string; message: string }): Promise<void> {
    const dead = outgoing(message, head, names.dead, '');
    Object.assign(dead.properties.headers ?? {}, { [headers.queue]: queue, [headers.cause]: JSON.stringify(cause) });
    await this.outbound.send(dead);
  }

  private declareOnce(band: number): Promise<void> {
    let declared = this.declared.get(band);
    if (!declared) {
      declared = this.connections.onScratch('publish', (channel) => declareBand(channel, band));
      this.declared.set(band, declared);
      declared.catch(() => this.declared.delete(band));
    }
    return declared;
  }
}

function outgoing(message: ConsumeMessage, head: Head, exchange: string, key: string): Outgoing {
  const { properties, content: body } = message;
  const own = Object.entries(properties.headers ?? {}).filter(([name]) => !brokerHeaders.includes(name));
  const { id, journey, run, attempt, redrive, type } = head;
  const envelope = { id, journey, run, attempt, redrive, type, at: head.at ?? Date.now(), service: text(properties.appId) ?? '' };
  const written = writeEnvelope(envelope);
  const foreign = head.foreign === undefined ? {} : { [headers.foreign]: head.foreign };
  const contentType = text(properties.contentType) ?? 'application/octet-stream';
  return { exchange, key, body, properties: { ...written, contentType, headers: { ...written.headers, ...Object.fromEntries(own), ...foreign, [headers.attempt]: attempt } } };
}

const text = (property: unknown) => (typeof property === 'string' ? property : undefined);
