import { setTimeout as delay } from 'node:timers/promises';
import { AmqpConnectionManager, type AmqpConnection, type RabbitMQConfig } from '@golevelup/nestjs-rabbitmq';
import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import type { Channel } from 'amqplib';
import { BUS_OPTIONS, type BusOptions } from '../bus.options.js';
import { brokerUrl } from '../bus.config.js';
import { PublishInterruptedError } from '../bus.errors.js';
import { explainMismatch } from '../topology/mismatch.js';
import { closeChannel } from './close-channel.js';
import { keepChannel, type KeptChannel, type Setup } from './kept-channel.js';

/** Two connections a process: a publisher that the broker blocks must not block acknowledgements. */
export type Lane = 'publish' | 'consume';

/** Milliseconds for a handshake: without it, one that hangs is never tried again. */
const connectDeadline = 5_000;
/** Milliseconds for a connection's farewell: amqplib waits for ever for the answer to a close when the connection ends before it. */
const closeDeadline = 2_000;

/** golevelup's settings for one lane. `noDelay`: without it a confirmed publish waits for the peer's delayed ACK (40 ms). */
export const connectionConfig = (lane: Lane, { instance, url }: BusOptions): RabbitMQConfig => ({
  name: lane,
  uri: url ?? brokerUrl(),
  enableDirectReplyTo: false,
  registerHandlers: lane === 'consume',
  connectionInitOptions: { wait: false, skipConnectionFailedLogging: true, skipDisconnectFailedLogging: true },
  connectionManagerOptions: {
    reconnectTimeInSeconds: 1,
    heartbeatIntervalInSeconds: 5,
    connectionOptions: { noDelay: true, timeout: connectDeadline, clientProperties: { connection_name: `${instance} ${lane}` } },
  },
});

/** The process's connections to the broker, which golevelup makes and renews. */
@Injectable()
export class Connections implements OnModuleInit {
  private readonly logger = new Logger('Connections');
  private readonly lost: (() => void)[] = [];
  private readonly failures = new Map<Lane, Error>();

  constructor(
    private readonly manager: AmqpConnectionManager,
    @Inject(BUS_OPTIONS) private readonly options: BusOptions,
  ) {}

  onModuleInit(): void {
    for (const lane of ['publish', 'consume'] as const) {
      this.watch(lane);
      this.closeInTime(lane);
    }
  }

  get connected(): boolean {
    return this.managed('publish').isConnected() && this.managed('consume').isConnected();
  }

  /** Why the last try to connect failed; undefined before the first, and while there is a connection. */
  get failure(): Error | undefined {
    return [...this.failures.values()][0];
  }

  /** Resolves when there is a connection to declare on. */
  async there(): Promise<void> {
    const managed = this.managed('consume');
    if (!managed.connection) await new Promise<void>((resolve) => managed.once('connect', () => resolve()));
  }

  /** Opens a channel on the lane and keeps it open; `setup` runs on each new one. */
  keep(lane: Lane, setup: Setup): KeptChannel {
    return keepChannel(this.managed(lane), setup);
  }

  /** Calls back whenever a connection of this process is lost. */
  onLost(listener: () => void): void {
    this.lost.push(listener);
  }

  /**
   * Declares on a channel of its own, so that an error there closes nothing else; on the consuming connection, as the broker does not
   * block that one when it is short of memory.
   * @throws StartError when what the broker has differs from what is declared, PublishInterruptedError when there is no connection.
   */
  async onScratch<T>(work: (channel: Channel) => Promise<T>): Promise<T> {
    const connection = this.managed('consume').connection;
    if (!connection) throw new PublishInterruptedError('not connected');
    let channel: Channel | undefined;
    try {
      channel = await connection.createChannel();
      channel.on('error', () => undefined); // the failed call rejects with the same error
      return await work(channel);
    } catch (error) {
      const refusedByBroker = error instanceof Error && 'code' in error && typeof error.code === 'number';
      throw refusedByBroker ? explainMismatch(error) : new PublishInterruptedError(error);
    } finally {
      if (channel) await closeChannel(channel);
    }
  }

  /** One line when it is lost, and one for each new reason why it does not come back. */
  private watch(lane: Lane): void {
    const managed = this.managed(lane);
    let said = '';
    managed.on('connect', () => {
      said = '';
      this.failures.delete(lane);
    });
    managed.on('connectFailed', ({ err }) => {
      this.failures.set(lane, err);
      if (said !== (said = err.message)) this.logger.warn(`No connection to the broker (${lane}), trying again every second: ${err.message}`);
    });
    managed.on('disconnect', ({ err }: { err?: Error }) => {
      this.logger.warn(`Lost the connection to the broker (${lane}): ${err?.message ?? 'closed'}`);
      for (const listener of this.lost) listener();
    });
  }

  /** golevelup closes its connections when the application does; whoever cannot say farewell in time leaves without. */
  private closeInTime(lane: Lane): void {
    const connection = this.connection(lane);
    const close = connection.close.bind(connection);
    connection.close = async () => {
      const late = new AbortController();
      const leave = delay(closeDeadline, undefined, { signal: late.signal }).then(() => void connection.managedConnection.close());
      await Promise.race([close(), leave]).finally(() => late.abort());
    };
  }

  private managed(lane: Lane) {
    return this.connection(lane).managedConnection;
  }

  private connection(lane: Lane): AmqpConnection {
    const connection = this.manager.getConnection(lane);
    if (!connection) throw new Error(`There is no connection "${lane}": import BusModule.forRoot().`);
    return connection;
  }
}
