import { Injectable } from '@nestjs/common';
import type { Command, Contract } from '@warren/protocol';
import { Connections } from '../connection/connections.js';
import { Declarations } from '../topology/declarations.js';
import type { AddedConsumer } from './added-consumer.js';
import type { ConsumerPlace } from './declared-consumer.js';
import { Handlers } from './handlers.js';
import { MessageConsumers } from './message-consumers.js';
import { RuntimeConsumer } from './runtime-consumer.js';

/** A consumer to add: its queue, and what differs from what its method says. */
export interface AddConsumer extends Omit<ConsumerPlace, 'contract'> {
  /** What it takes, where that is not its method's contract but another one with the same schema. */
  contract?: Contract;
  /** Takes nothing until it is released. Default false. */
  held?: boolean;
}

/**
 * Attaches decorated methods to queues that are named at run time: from onModuleInit on, so that they are there when the first state is heard.
 *
 *     const log = this.consumers.add({ queue: 'deployments.log', concurrency: 2 });
 */
@Injectable()
export class Consumers {
  private readonly added = new Set<RuntimeConsumer>();
  /** The command that was applied last or is being applied; undefined while the state is not known. */
  private command: Command | undefined;

  constructor(
    private readonly handlers: Handlers,
    private readonly messages: MessageConsumers,
    private readonly connections: Connections,
    private readonly declarations: Declarations,
  ) {}

  /**
   * Adds a consumer of the decorated method whose `queues` match. Returns at once: it is declared, bound and announced as soon as the broker is there, and then
   * attached as the state says.
   * @throws StartError when no method matches, the queue or the name is taken, or contract, policy or concurrency cannot work
   */
  add({ held = false, contract, ...place }: AddConsumer): AddedConsumer {
    const { handlers, messages, connections, declarations } = this;
    const declared = handlers.add({ ...place, contract: contract?.info });
    const gone = () => this.added.delete(consumer);
    const consumer: RuntimeConsumer = new RuntimeConsumer(declared, { handlers, messages, connections, declarations, gone }, held);
    this.added.add(consumer);
    void consumer.announce();
    void consumer.follow(this.command);
    return consumer;
  }

  /** Does as the command says; undefined: the state is not known, or this process stops, and nothing is attached. The Bus calls it. */
  async follow(command: Command | undefined): Promise<void> {
    this.command = command;
    await Promise.all([...this.added].map((consumer) => consumer.follow(command)));
  }
}
