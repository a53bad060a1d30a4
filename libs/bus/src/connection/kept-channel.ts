import { Logger } from '@nestjs/common';
import type { AmqpConnection } from '@golevelup/nestjs-rabbitmq';
import type { ConfirmChannel } from 'amqplib';

export type Setup<T = void> = (channel: ConfirmChannel) => Promise<T>;
type Managed = AmqpConnection['managedConnection'];

/** A channel that is opened again whenever it or its connection is lost. */
export interface KeptChannel {
  /** The channel that is set up and open now, if any. */
  readonly current: ConfirmChannel | undefined;
  /** Resolves with the channel once there is one. */
  opened(): Promise<ConfirmChannel>;
  /** Closes it for good. */
  close(): Promise<void>;
}

const reopenAfter = 1_000;

/**
 * Keeps one channel open. amqp-connection-manager's own wrapper opens a new channel only with a new connection:
 * one that the broker closes by itself (a deleted queue, a failed declare) would stay closed.
 */
export function keepChannel(managed: Managed, setup: Setup): KeptChannel {
  return new Keeper(managed, setup);
}

class Keeper implements KeptChannel {
  current: ConfirmChannel | undefined;
  private readonly logger = new Logger('Channel');
  private closed = false;
  private waiting: ((channel: ConfirmChannel) => void)[] = [];
  private readonly open = (): void => void this.tryOpen();

  constructor(
    private readonly managed: Managed,
    private readonly setup: Setup,
  ) {
    managed.on('connect', this.open);
    this.open();
  }

  opened(): Promise<ConfirmChannel> {
    return this.current ? Promise.resolve(this.current) : new Promise((resolve) => this.waiting.push(resolve));
  }

  async close(): Promise<void> {
    this.closed = true;
    this.managed.removeListener('connect', this.open);
    await this.current?.close().catch(() => undefined); // gone already
    this.current = undefined;
  }

  private async tryOpen(): Promise<void> {
    const connection = this.managed.connection;
    if (!connection || this.closed) return;
    let channel: ConfirmChannel | undefined;
    try {
      channel = await connection.createConfirmChannel();
      channel.on('error', (error: Error) => this.logger.warn(error.message));
      const opened = channel;
      channel.on('close', () => this.lost(opened, connection));
      await this.setup(channel);
      this.offer(channel);
    } catch (error) {
      if (this.managed.connection === connection) this.logger.warn(error instanceof Error ? error.message : String(error));
      await channel?.close().catch(() => undefined); // its close event, now or before, leads to the next try
    }
  }

  private offer(channel: ConfirmChannel): void {
    if (this.closed) return void channel.close().catch(() => undefined); // closed while it was set up
    this.current = channel;
    for (const take of this.waiting.splice(0)) take(channel);
  }

  private lost(channel: ConfirmChannel, connection: Managed['connection']): void {
    if (this.current === channel) this.current = undefined;
    const alone = this.managed.connection === connection && !this.closed;
    if (alone) setTimeout(this.open, reopenAfter).unref();
  }
}
