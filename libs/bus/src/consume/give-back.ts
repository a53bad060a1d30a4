import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { headers, names, writeEnvelope, type Cause } from '@warren/protocol';
import type { ConsumeMessage } from 'amqplib';
import { BUS_OPTIONS, type BusOptions } from '../bus.options.js';
import { Connections } from '../connection/connections.js';
import { PublishInterruptedError, UnroutableError } from '../bus.errors.js';
import { Outbound, type Outgoing } from '../publish/outbound.js';
import { travelling } from '../publish/travelling.js';
import { Declarations } from '../topology/declarations.js';
import { declareBand } from '../topology/topology.js';
import { endingsAlone, endingsBefore } from './alone.js';
import { bandOf } from './bands.js';
import { causeOf } from './cause.js';
import { headOf, type Head } from './decode.js';
import type { Disposition } from './policy.js';

/** Milliseconds in which an acknowledgement reaches the broker. */
const acknowledgement = 200;
/** Milliseconds that a suspect waits for others at the most: they may come without end. */
const patience = 2_000;

type Again = Extract<Disposition, { kind: 'retry' }>;

/** Sends a failed message on: into a delay band, or to the dead letters. */
@Injectable()
export class GiveBack {
  private readonly declared = new Map<number, Promise<void>>();
  /** Being set aside, and when the last one was. */
  private asides = 0;
  private lastAside = -Infinity;

  constructor(
    private readonly connections: Connections,
    private readonly outbound: Outbound,
    private readonly declarations: Declarations,
    @Inject(BUS_OPTIONS) private readonly options: BusOptions,
  ) {
    connections.onLost(() => this.declared.clear());
    outbound.onRefused(() => this.declared.clear());
  }

  /** Lets the message wait in the broker; it comes back to `queue`, where it counts with the next attempt. Resolves with when, in milliseconds since the epoch. */
  async retry(message: ConsumeMessage, head: Head, queue: string, { delay, counted }: Again): Promise<number> {
    const { band, expiration } = bandOf(delay);
    await this.declarations.declared(); // the way back
    await this.declareOnce(band);
    const again = outgoing(message, { ...head, attempt: head.attempt + Number(counted) }, names.band(band), queue);
    again.properties.expiration = String(expiration);
    const retryAt = Date.now() + expiration; // the wait begins when the broker has it, not when it says so
    await this.outbound.send(again).catch((error: unknown) => {
      if (!(error instanceof UnroutableError)) throw error;
      this.declared.delete(band); // somebody deleted its queue
      throw new PublishInterruptedError(error);
    });
    return retryAt;
  }

  /** Makes it a dead letter: body as it was, and why. */
  async dead(message: ConsumeMessage, head: Head, queue: string, cause: Cause): Promise<void> {
    const dead = outgoing(message, head, names.dead, '');
    Object.assign(dead.properties.headers ?? {}, { [headers.queue]: queue, [headers.cause]: JSON.stringify(cause) });
    await this.declarations.send(dead);
  }

  /** Sets it aside, to be handled with no other suspect in hand. */
  async aside(message: ConsumeMessage, head: Head, queue: string): Promise<void> {
    const aside = outgoing(message, head, '', names.alone(this.options.service));
    Object.assign(aside.properties.headers ?? {}, { [headers.queue]: queue, ...endingsHeader(endingsBefore(message)) });
    this.asides += 1;
    try {
      await this.declarations.send(aside);
    } finally {
      this.asides -= 1;
      this.lastAside = performance.now();
    }
  }

  /**
   * Resolves when what was set aside has had the time to be acknowledged. A suspect that ends the process sooner would bring it back, beside its copy.
   */
  async asidesAcknowledged(): Promise<void> {
    const latest = performance.now() + patience;
    const isRecent = () => this.asides > 0 || performance.now() - this.lastAside < acknowledgement;
    while (isRecent() && performance.now() < latest) await delay(acknowledgement);
  }

  /** Puts it back to the queue that it was set aside from, whose consumer this process does not have, or not yet: what it has ended alone goes with it. */
  async home(message: ConsumeMessage, queue: string): Promise<void> {
    const head = headOf(message, { type: text(message.properties.type) ?? '' });
    const back = outgoing(message, head, '', queue);
    Object.assign(back.properties.headers ?? {}, endingsHeader(endingsAlone(message)));
    await this.outbound.send(back).catch((error: unknown) => {
      if (!(error instanceof UnroutableError)) throw error;
      return this.dead(message, head, queue, causeOf(error));
    });
  }

  private declareOnce(band: number): Promise<void> {
    let declared = this.declared.get(band);
    if (!declared) {
      declared = this.connections.onScratch((channel) => declareBand(channel, band));
      this.declared.set(band, declared);
      declared.catch(() => this.declared.delete(band));
    }
    return declared;
  }
}

function outgoing(message: ConsumeMessage, head: Head, exchange: string, key: string): Outgoing {
  const { properties, content: body } = message;
  const { id, journey, run, attempt, redrive, type, foreign } = head;
  const written = writeEnvelope({ id, journey, run, attempt, redrive, type, at: head.at ?? Date.now(), service: text(properties.appId) ?? '' });
  const contentType = text(properties.contentType) ?? 'application/octet-stream';
  const ours = { ...written.headers, [headers.attempt]: attempt, ...(foreign === undefined ? {} : { [headers.foreign]: foreign }) };
  return { exchange, key, body, properties: { ...written, contentType, headers: { ...travelling(properties.headers), ...ours } } };
}

const endingsHeader = (endings: number) => (endings > 0 ? { [headers.endings]: endings } : {});
const text = (property: unknown) => (typeof property === 'string' ? property : undefined);
