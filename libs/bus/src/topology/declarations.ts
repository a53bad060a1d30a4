import { Inject, Injectable, Logger } from '@nestjs/common';
import { journalTypes, names, newId, type Announcement } from '@warren/protocol';
import type { Channel } from 'amqplib';
import { PublishInterruptedError, StartError, UnroutableError } from '../bus.errors.js';
import { BUS_OPTIONS, type BusOptions } from '../bus.options.js';
import { Connections } from '../connection/connections.js';
import { Outbound, type Outgoing } from '../publish/outbound.js';
import { Handlers } from '../consume/handlers.js';
import { announce } from './announcement.js';
import { declareAlone, declareConsumer, declareDeadLetters, declareJournal, declareRequests, declareTerminal } from './topology.js';

/** Declares all that this process relies on, then announces it: once for each connection, before anything is consumed. */
@Injectable()
export class Declarations {
  private readonly logger = new Logger('Topology');
  private current: Promise<void> | undefined;

  constructor(
    private readonly connections: Connections,
    private readonly outbound: Outbound,
    private readonly handlers: Handlers,
    @Inject(BUS_OPTIONS) private readonly options: BusOptions,
  ) {
    connections.onLost(() => this.forget());
    outbound.onRefused(() => this.forget());
  }

  /** Resolves when everything is declared, bound and registered with the observer. */
  declared(): Promise<void> {
    this.current ??= this.declare().catch((error: unknown) => {
      this.forget();
      if (error instanceof StartError) this.refuse(error);
      throw error;
    });
    return this.current;
  }

  /** What was declared may be gone: the next one who needs it declares it again. */
  forget(): void {
    this.current = undefined;
  }

  /**
   * Sends to one of Warren's own exchanges.
   * @throws PublishInterruptedError also when somebody has deleted its queue: trying again declares it again. Else as Outbound.send.
   */
  async send(message: Outgoing): Promise<void> {
    await this.declared();
    try {
      await this.outbound.send(message);
    } catch (error) {
      if (!(error instanceof UnroutableError)) throw error;
      this.forget();
      throw new PublishInterruptedError(error);
    }
  }

  announcement(): Announcement {
    return announce(this.options, this.handlers);
  }

  private async declare(): Promise<void> {
    await this.connections.onScratch((channel) => this.declareOn(channel));
    if (this.options.journal === false) return;
    const body = Buffer.from(JSON.stringify(this.announcement()));
    const properties = { messageId: newId(), type: journalTypes.announcement, contentType: 'application/json' };
    await this.outbound.send({ exchange: names.journal, key: journalTypes.announcement, body, properties });
  }

  private async declareOn(channel: Channel): Promise<void> {
    const journal = this.options.journal !== false;
    await declareDeadLetters(channel);
    await declareJournal(channel);
    await declareRequests(channel);
    if (this.handlers.consumers.length > 0) await declareAlone(channel, this.options.service);
    for (const { queue, contract } of this.handlers.consumers) await declareConsumer(channel, queue, contract, journal);
    const terminal = this.handlers.contracts.filter(({ options }) => options.terminal);
    if (journal) for (const contract of terminal) await declareTerminal(channel, contract);
  }

  /** A service that the broker's own state contradicts stops rather than run wrong. */
  private refuse(error: StartError): void {
    this.logger.fatal(error.message);
    process.exitCode = 1;
    process.kill(process.pid, 'SIGTERM');
  }
}
