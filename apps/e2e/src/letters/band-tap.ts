import { headers, names } from '@warren/protocol';
import { connect, type Channel, type ChannelModel, type ConsumeMessage } from 'amqplib';
import { waitFor } from '@warren/testing';
import { monotonic } from '../fragile/entries.js';
import { type Passing } from './waits.js';

const queue = 'e2e.band-tap';
/** Up to 12.8 s. */
const bands = [0, 1, 2, 3, 4, 5, 6];

/** Looks at the waits from the broker's side: a copy of all that goes into a delay band and of all that comes back goes to one queue of its own. */
export class BandTap {
  readonly passings: Passing[] = [];
  private connection: ChannelModel | undefined;
  private stopped = false;

  private constructor(private readonly url: string, private readonly queues: readonly string[]) {}

  /** @param queues whose retries are looked at. */
  static async on(url: string, queues: readonly string[]): Promise<BandTap> {
    const tap = new BandTap(url, queues);
    await tap.open();
    return tap;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.connection?.close();
  }

  private async open(): Promise<void> {
    this.connection = await connect(this.url);
    this.connection.on('error', () => undefined); // its close follows
    this.connection.on('close', () => void (this.stopped || this.reopen()));
    const channel = await this.connection.createChannel();
    channel.on('error', () => undefined);
    await this.bind(channel);
    await channel.prefetch(500);
    await channel.consume(queue, (message) => message && this.take(channel, message));
  }

  private async reopen(): Promise<void> {
    const again = () => this.stopped || this.open().then(() => true);
    await waitFor(again, { timeout: 60_000, interval: 100, what: 'the return of the tap' });
  }

  private async bind(channel: Channel): Promise<void> {
    await channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
    for (const band of bands.map(names.band)) {
      await channel.assertExchange(band, 'fanout', { durable: true });
      await channel.bindQueue(queue, band, '');
    }
    for (const one of this.queues) await channel.bindQueue(queue, names.return, one);
  }

  private take(channel: Channel, message: ConsumeMessage): void {
    channel.ack(message);
    const { fields, properties } = message;
    const of = (name: string) => String(properties.headers?.[name] ?? 0);
    const id = String(properties.messageId);
    const key = [id, fields.routingKey, of(headers.redrive), of(headers.attempt)].join(' ');
    this.passings.push({ way: fields.exchange === names.return ? 'out' : 'in', at: monotonic(), key, message: id, attempt: Number(of(headers.attempt)) });
  }
}
