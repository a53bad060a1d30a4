import type { Command } from '@warren/protocol';
import type { Connections } from '../connection/connections.js';
import type { Declarations } from '../topology/declarations.js';
import { removeConsumer } from '../topology/topology.js';
import type { AddedConsumer, Waiting } from './added-consumer.js';
import type { Consumer } from './consumer.js';
import { concurrencyOf, policyOf, type DeclaredConsumer } from './declared-consumer.js';
import type { Handlers } from './handlers.js';
import type { MessageConsumers } from './message-consumers.js';
import type { MessageHandler } from './message-handler.js';
import { persist } from './persist.js';
import type { PolicyOptions } from './policy.js';

interface Tools {
  handlers: Handlers;
  messages: MessageConsumers;
  connections: Connections;
  declarations: Declarations;
  gone: () => void;
}

/** It is attached where the state lets all consumers be, and nobody holds it. What changes that is brought about one after the other. */
export class RuntimeConsumer implements AddedConsumer {
  private readonly handler: MessageHandler;
  private readonly consumer: Consumer;
  /** Of the subscription; that which is announced is the declared one. */
  private concurrency: number;
  private subscribed = 0;
  private isLet = false;
  private isRemoved = false;
  private work = Promise.resolve();
  private opened: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly declared: DeclaredConsumer,
    private readonly tools: Tools,
    held: boolean,
  ) {
    const handler = tools.messages.handler(declared);
    this.handler = handler;
    handler.held = held;
    this.concurrency = declared.concurrency;
    const concurrency = () => this.concurrency;
    this.consumer = tools.messages.consumer({
      queue: declared.queue,
      get concurrency() { return concurrency(); },
      take: (message, alive) => handler.take(message, alive),
    }); // prettier-ignore
  }

  get queue(): string {
    return this.declared.queue;
  }

  /** Does as the command says; nothing is attached while there is none. Resolves when it is so, or another wish came in between. */
  async follow(command: Command | undefined): Promise<void> {
    this.isLet = command?.attached === 'all';
    await this.attached();
  }

  async hold(): Promise<void> {
    this.handler.held = true;
    await this.adjusted();
    await this.handler.aloneFinished();
  }

  async release({ concurrency = this.concurrency }: { concurrency?: number } = {}): Promise<void> {
    this.concurrency = concurrencyOf(concurrency, this.where);
    this.handler.held = false;
    await this.attached();
  }

  async change({ concurrency, policy }: { concurrency?: number; policy?: PolicyOptions }): Promise<void> {
    const checked = { concurrency: concurrencyOf(concurrency ?? this.declared.concurrency, this.where), policy: policy && policyOf(policy, this.where) };
    if (checked.policy) this.declared.policy = checked.policy;
    if (concurrency !== undefined) this.declared.concurrency = this.concurrency = checked.concurrency;
    await this.announce();
    await this.attached();
  }

  async unbind(): Promise<void> {
    const { declared, tools } = this;
    const { bound } = declared;
    declared.bound = false;
    try {
      await tools.declarations.declaredAnew(); // so none is under way that would bind it
      await tools.declarations.retire(declared);
    } catch (error) {
      declared.bound = bound;
      void this.announce();
      throw error;
    }
  }

  async waiting(): Promise<Waiting> {
    await this.tools.declarations.declared();
    const checked = this.tools.connections.onScratch((channel) => channel.checkQueue(this.queue));
    const { messageCount: ready, consumerCount: consumers } = await checked.catch((error: unknown) => {
      this.tools.declarations.forget(); // somebody may have deleted it: the next look declares it again
      throw error;
    });
    return { ready, consumers };
  }

  async remove(): Promise<void> {
    const { declared, tools } = this;
    if (this.isRemoved) return;
    await this.hold();
    if (declared.bound) await this.unbind();
    this.isRemoved = true;
    tools.handlers.forget(declared);
    try {
      await tools.declarations.declaredAnew(); // so none is under way that would declare it
      await tools.connections.onScratch((channel) => removeConsumer(channel, this.queue));
    } catch (error) {
      this.isRemoved = false;
      tools.handlers.keep(declared);
      throw error;
    }
    tools.messages.forget(this.handler);
    tools.gone();
  }

  /** Declares and announces all anew. Resolves when that is done, or the broker is away: then it is done when it is back. */
  async announce(): Promise<void> {
    const { connections, declarations } = this.tools;
    declarations.forget();
    await persist(() => declarations.declared(), () => connections.connected).catch(() => undefined); // prettier-ignore
  }

  private get where(): string {
    return `Consumer of "${this.queue}"`;
  }

  private async attached(): Promise<void> {
    await this.adjusted();
    await this.opened.catch(() => undefined); // detached again meanwhile
  }

  private async adjusted(): Promise<void> {
    this.work = this.work.then(() => this.adjust());
    await this.work;
  }

  private get isWanted(): boolean {
    return this.isLet && !this.handler.held && !this.isRemoved;
  }

  private async adjust(): Promise<void> {
    if (!this.isWanted || this.subscribed !== this.concurrency) await this.consumer.detach();
    if (!this.isWanted || this.consumer.attached) return;
    this.subscribed = this.concurrency;
    this.opened = this.consumer.attach();
    this.opened.catch(() => undefined); // whoever waits for it is told
  }
}
