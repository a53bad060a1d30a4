import { Inject, Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Announcement, Command, Hand, Inquiry } from '@warren/protocol';
import { BUS_OPTIONS, type BusOptions } from './bus.options.js';
import { Connections } from './connection/connections.js';
import { attachAhead } from './consume/alone.js';
import { Batches, type GiveUp } from './consume/batch-consumer.js';
import { headOf } from './consume/decode.js';
import { persist } from './consume/persist.js';
import type { Consumer, Take } from './consume/consumer.js';
import { Consumers } from './consume/consumers.js';
import { GiveBack } from './consume/give-back.js';
import { Handlers } from './consume/handlers.js';
import { MessageConsumers } from './consume/message-consumers.js';
import { Gate } from './publish/gate.js';
import { SourceEnds } from './source/source-ends.js';
import { TimerSources } from './source/timer-sources.js';
import { Declarations } from './topology/declarations.js';

/** Enough for the next batch to arrive while one is being taken. */
const batchesAhead = 2;
/** Callbacks of one source that an instance makes at a time. */
const endsAtOnce = 10;

interface Attachable {
  consumer: Consumer;
  /** Stays attached in SHUTDOWN until the others have stopped. */
  last: boolean;
}

/** This process's sources and consumers as one: they do what the last command says. */
@Injectable()
export class Bus implements OnModuleInit, BeforeApplicationShutdown {
  /** The command that is fulfilled; undefined before the first, and after a connection was lost until it has been heard again. */
  applied: Command | undefined;
  private attachables: readonly Attachable[] = [];
  /** Takes the messages that are suspected of ending their process. */
  private suspects: Consumer | undefined;
  private stopping: Promise<void> | undefined;
  /** How often a connection was lost. */
  private losses = 0;

  constructor(
    private readonly connections: Connections,
    private readonly declarations: Declarations,
    private readonly handlers: Handlers,
    private readonly gate: Gate,
    private readonly sources: TimerSources,
    private readonly messages: MessageConsumers,
    private readonly consumers: Consumers,
    private readonly giveBack: GiveBack,
    @Inject(BUS_OPTIONS) private readonly options: BusOptions,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.handlers.discover();
    this.sources.create();
    this.attachables = [...this.messageConsumers(), ...this.aloneConsumer(), ...this.batchConsumers(), ...this.endConsumers()];
    this.connections.onLost(() => this.forget());
    if (this.options.standalone) this.gate.openAlone();
    // Queues and bindings are there, and known to the observer, before this instance hears its state: what is published meanwhile waits.
    if (!this.needsNothing) this.connections.keep('consume', () => this.declarations.declared());
  }

  get connected(): boolean {
    return this.connections.connected;
  }

  /** Why the last try to connect to the broker failed, as its client says it; undefined before the first, and while there is a connection. */
  get connectFailure(): Error | undefined {
    return this.connections.failure;
  }

  /** Messages handled since the start. */
  get handled(): number {
    return this.messages.handled;
  }

  /** What it has in hand of what it is asked about. */
  hands(about: Pick<Inquiry, 'journeys' | 'digests'>): Hand[] {
    return this.messages.hands(about);
  }

  announcement(): Announcement {
    return this.declarations.announcement();
  }

  /**
   * Does as the command says. Resolves when it is so: sources closed and their last publish confirmed, or open; consumers attached,
   * or detached with what they had in hand finished and acknowledged.
   * @throws when the connection was lost or this process began to stop meanwhile: the state must be heard again.
   */
  async apply(command: Command): Promise<void> {
    const { losses } = this;
    if (!command.sources) await Promise.all([this.sources.follow(command), this.gate.follow(command)]);
    this.check(losses);
    if (command.attached === 'all' && this.suspects?.attached === false) await attachAhead(this.suspects);
    this.check(losses);
    const attaching = this.attachables.map((one) => (isWanted(one, command) ? one.consumer.attach() : one.consumer.detach()));
    await Promise.all([...attaching, this.consumers.follow(command)]);
    await this.declarations.declared();
    this.check(losses);
    if (command.sources) {
      await this.gate.follow(command);
      await this.sources.follow(command);
      this.check(losses);
    }
    this.applied = command;
  }

  /** Stops for good: nothing new is started or taken, what is in hand is finished. */
  stop(): Promise<void> {
    this.stopping ??= this.finish();
    return this.stopping;
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.stop();
  }

  /** A command that was overtaken while it was applied must not open anything any more. */
  private check(losses: number): void {
    if (this.stopping) throw new Error('This process is stopping.');
    if (this.losses !== losses) throw new Error('The connection was lost meanwhile: the state must be heard again.');
  }

  private async finish(): Promise<void> {
    this.gate.forget();
    await Promise.all([this.sources.close(), this.gate.passed(), this.consumers.follow(undefined), ...this.attachables.map(({ consumer }) => consumer.detach())]);
  }

  /** It may have missed a command: nothing starts until the state is heard again. */
  private forget(): void {
    this.losses += 1;
    this.applied = undefined;
    void this.consumers.follow(undefined);
    if (!this.options.standalone) this.gate.forget();
    void this.sources.close();
  }

  private messageConsumers(): Attachable[] {
    return this.handlers.consumers.map((declared) => {
      const handler = this.messages.handler(declared);
      return { consumer: this.messages.consumer({ ...declared, take: (message, alive) => handler.take(message, alive) }), last: false };
    });
  }

  private aloneConsumer(): Attachable[] {
    if (!this.handlers.takeMessages) return [];
    this.suspects = this.messages.alone();
    return [{ consumer: this.suspects, last: false }];
  }

  private batchConsumers(): Attachable[] {
    return this.handlers.batches.map(({ options, method }) => {
      const giveUp: GiveUp = (message, cause, alive) =>
        persist(() => this.giveBack.dead(message, headOf(message, { type: '' }), options.queue, cause), alive);
      const batches = new Batches(options, method, giveUp);
      const take: Take = (message, alive) => batches.take(message, alive);
      const consumer = this.messages.consumer({ queue: options.queue, concurrency: options.size * batchesAhead, take });
      return { consumer, last: options.detach === 'last' };
    });
  }

  private endConsumers(): Attachable[] {
    return this.handlers.told.map((source) => {
      const { queue, take } = new SourceEnds(source, source.ends, this.giveBack);
      return { consumer: this.messages.consumer({ queue, concurrency: endsAtOnce, take }), last: false };
    });
  }

  /** No journal, no consumers: such a process declares the exchanges that it publishes to, and no more. */
  private get needsNothing(): boolean {
    return this.options.standalone === true && this.options.journal === false && this.attachables.length === 0;
  }
}

const isWanted = ({ last }: Attachable, { attached }: Command): boolean => attached === 'all' || (attached === 'journal' && last);
