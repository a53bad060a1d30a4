import type { ConfirmChannel, ConsumeMessage } from 'amqplib';

/**
 * Acknowledges the messages of one channel as they settle, those of one turn of the event loop together:
 * the settled prefix as a range, what is beyond it one by one, so that a slow message holds back no other.
 */
export class Acknowledger {
  /** Delivered and not acknowledged, in the order of their tags. */
  private readonly open = new Map<number, { message: ConsumeMessage; settled: boolean }>();
  private scheduled = false;
  private closed = false;
  private idle: (() => void)[] = [];

  constructor(private readonly channel: ConfirmChannel) {
    channel.once('close', () => this.drop());
  }

  /** False once the channel is gone: the broker delivers the message again, so what it leads to is for nobody. */
  get alive(): boolean {
    return !this.closed;
  }

  /** Nothing is in hand. */
  get empty(): boolean {
    return this.open.size === 0;
  }

  took(message: ConsumeMessage): void {
    this.open.set(message.fields.deliveryTag, { message, settled: false });
  }

  settle(message: ConsumeMessage): void {
    const entry = this.open.get(message.fields.deliveryTag);
    if (!entry || this.closed) return;
    entry.settled = true;
    if (!this.scheduled) setImmediate(() => this.flush());
    this.scheduled = true;
  }

  /** Resolves when nothing is in hand any more. */
  async drained(): Promise<void> {
    if (this.open.size > 0 && !this.closed) await new Promise<void>((resolve) => this.idle.push(resolve));
  }

  private flush(): void {
    this.scheduled = false;
    if (this.closed) return;
    try {
      this.acknowledge();
    } catch {
      this.drop(); // amqplib throws on a channel that is closing
    }
    if (this.open.size === 0) this.wake();
  }

  private acknowledge(): void {
    let prefix: ConsumeMessage | undefined;
    let whole = true;
    for (const [tag, { message, settled }] of this.open) {
      whole &&= settled;
      if (!settled) continue;
      if (whole) prefix = message;
      else this.channel.ack(message);
      this.open.delete(tag);
    }
    if (prefix) this.channel.ack(prefix, true);
  }

  private drop(): void {
    this.closed = true;
    this.open.clear();
    this.wake();
  }

  private wake(): void {
    for (const resolve of this.idle.splice(0)) resolve();
  }
}
