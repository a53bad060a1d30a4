import { Inject, Injectable, Logger } from '@nestjs/common';
import { journalTypes, names, newId, type Announcement, type Retirement } from '@warren/protocol';
import type { Channel } from 'amqplib';
import { PublishInterruptedError, StartError, UnroutableError } from '../bus.errors.js';
import { BUS_OPTIONS, type BusOptions } from '../bus.options.js';
import { Connections } from '../connection/connections.js';
import { Outbound, type Outgoing } from '../publish/outbound.js';
import { bandsOf } from '../consume/bands.js';
import { Handlers } from '../consume/handlers.js';
import type { DeclaredConsumer } from '../consume/declared-consumer.js';
import { announce } from './announcement.js';
import { declareAlone, declareBand, declareConsumer, declareDeadLetters, declareEnds, declareJournal, declareRequests, declareTerminal, unbindConsumer } from './topology.js';

/** Declares all that this process relies on, then announces it: once for each connection, before anything is consumed. */
@Injectable()
export class Declarations {
  private readonly logger = new Logger('Topology');
  private current: Promise<void> | undefined;
  /** The last one that was begun: one is made at a time, so that none binds again what was unbound since it began. */
  private last = Promise.resolve();

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
    this.current ??= this.begin();
    return this.current;
  }

  /** As declared(), of what has changed since. @throws PublishInterruptedError when there is no connection. Else as Outbound.send. */
  declaredAnew(): Promise<void> {
    this.forget();
    return this.declared();
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

  /**
   * Ends a consumer's binding to its flow. The observer is told first: what comes between the two is reported without being expected, while the other way round
   * it would be expected for ever.
   */
  async retire({ queue, contract }: Pick<DeclaredConsumer, 'queue' | 'contract'>): Promise<void> {
    if (this.journal) await this.send(record(journalTypes.retired, { queue } satisfies Retirement));
    await this.connections.onScratch((channel) => unbindConsumer(channel, queue, contract, { journal: this.journal }));
  }

  announcement(): Announcement {
    return announce(this.options, this.handlers);
  }

  private begin(): Promise<void> {
    const begun = this.last.catch(() => undefined).then(() => this.declare());
    const made = begun.catch((error: unknown) => {
      if (this.current === made) this.forget();
      if (error instanceof StartError) this.refuse(error);
      throw error;
    });
    this.last = made;
    return made;
  }

  private async declare(): Promise<void> {
    await this.connections.onScratch((channel) => this.declareOn(channel));
    if (this.journal) await this.outbound.send(record(journalTypes.announcement, this.announcement()));
  }

  private async declareOn(channel: Channel): Promise<void> {
    const { journal } = this;
    await declareDeadLetters(channel);
    await declareJournal(channel);
    await declareRequests(channel);
    if (this.handlers.takeMessages) await declareAlone(channel, this.options.service);
    for (const { queue, contract, bound } of this.handlers.consumers) await declareConsumer(channel, queue, contract, { journal, bound });
    // Before they are needed: a node of RabbitMQ 3.10 that is killed right after a queue was declared may never serve it again, and blocks who publishes to it.
    for (const band of bandsOf(this.handlers.consumers.map(({ policy }) => policy))) await declareBand(channel, band);
    for (const { name } of this.handlers.told) await declareEnds(channel, name);
    const terminal = this.handlers.contracts.filter(({ options }) => options.terminal);
    if (journal) for (const contract of terminal) await declareTerminal(channel, contract);
  }

  private get journal(): boolean {
    return this.options.journal !== false;
  }

  /** A service that the broker's own state contradicts stops rather than run wrong. */
  private refuse(error: StartError): void {
    this.logger.fatal(error.message);
    process.exitCode = 1;
    process.kill(process.pid, 'SIGTERM');
  }
}

/** What the observer reads besides messages. */
function record(type: string, body: object): Outgoing {
  const properties = { messageId: newId(), type, contentType: 'application/json' };
  return { exchange: names.journal, key: type, body: Buffer.from(JSON.stringify(body)), properties };
}
