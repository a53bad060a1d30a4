import { Logger } from '@nestjs/common';
import type { AmqpConnection } from '@golevelup/nestjs-rabbitmq';
import type { ConfirmChannel } from 'amqplib';
import { closeChannel } from './close-channel.js';

export type Setup<T = void> = (channel: ConfirmChannel) => Promise<T>;
type Managed = AmqpConnection['managedConnection'];

/** A channel that is opened again whenever it or its connection is lost. */
export interface KeptChannel {
  /** The channel that is set up and open now, if any. */
  readonly current: ConfirmChannel | undefined;
  /** Resolves with the channel once there is one. @throws when it is closed for good meanwhile. */
  opened(): Promise<ConfirmChannel>;
  /** Resolves when no channel is being set up at the moment. */
  settled(): Promise<void>;
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
  /** The connection that has the channel, or on which it is being opened: never two on one. */
  private on: Managed['connection'];
  private opening = Promise.resolve();
  private said = '';
  private waiting: { resolve: (channel: ConfirmChannel) => void; reject: (error: Error) => void }[] = [];
  private readonly open = (): void => {
    const { connection } = this.managed;
    if (!connection || this.closed || this.on === connection) return;
    this.on = connection;
    this.opening = this.openOn(connection);
  };

  constructor(
    private readonly managed: Managed,
    private readonly setup: Setup,
  ) {
    managed.on('connect', this.open);
    this.open();
  }

  opened(): Promise<ConfirmChannel> {
    return this.current ? Promise.resolve(this.current) : new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  settled(): Promise<void> {
    return this.opening;
  }

  async close(): Promise<void> {
    this.closed = true;
    this.managed.removeListener('connect', this.open);
    for (const { reject } of this.waiting.splice(0)) reject(new Error('The channel was closed.'));
    if (this.current) await closeChannel(this.current);
  }

  private async openOn(connection: NonNullable<Managed['connection']>): Promise<void> {
    let channel: ConfirmChannel | undefined;
    try {
      channel = await connection.createConfirmChannel();
      const opened = channel;
      channel.on('error', (error: Error) => this.warn(error));
      channel.on('close', () => this.lost(opened, connection));
      await this.setup(channel);
      await this.offer(channel);
    } catch (error) {
      if (this.managed.connection === connection) this.warn(error);
      if (channel) await closeChannel(channel); // its close event, now or before, leads to the next try
      else this.lost(undefined, connection);
    }
  }

  private async offer(channel: ConfirmChannel): Promise<void> {
    if (this.closed) return closeChannel(channel); // closed while it was set up
    this.current = channel;
    this.said = '';
    for (const { resolve } of this.waiting.splice(0)) resolve(channel);
  }

  private lost(channel: ConfirmChannel | undefined, connection: Managed['connection']): void {
    if (this.current === channel) this.current = undefined;
    if (this.on === connection) this.on = undefined;
    const alone = this.managed.connection === connection && !this.closed;
    if (alone) setTimeout(this.open, reopenAfter).unref();
  }

  /** One line for each reason, not one for each try. */
  private warn(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    if (this.said !== (this.said = reason)) this.logger.warn(reason);
  }
}
