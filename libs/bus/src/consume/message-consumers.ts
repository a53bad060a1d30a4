import { Inject, Injectable } from '@nestjs/common';
import { names, type Hand, type Inquiry } from '@warren/protocol';
import { BUS_OPTIONS, type BusOptions } from '../bus.options.js';
import { Inbox } from '../inbox/inbox.js';
import { Connections } from '../connection/connections.js';
import { Outbound } from '../publish/outbound.js';
import { Declarations } from '../topology/declarations.js';
import { takeAlone } from './alone.js';
import { Consumer, type Subscription } from './consumer.js';
import type { DeclaredConsumer } from './declared-consumer.js';
import { GiveBack } from './give-back.js';
import { MessageHandler } from './message-handler.js';
import { Reports } from './reports.js';

/** Of one answer to an inquiry. */
const mostHands = 1_000;

/** Makes the consumers of this process, and knows the handlers behind those of contracts. */
@Injectable()
export class MessageConsumers {
  private readonly handlers = new Set<MessageHandler>();
  /** Messages that were handled by handlers that are gone. */
  private handledBefore = 0;

  constructor(
    private readonly connections: Connections,
    private readonly declarations: Declarations,
    private readonly outbound: Outbound,
    private readonly reports: Reports,
    private readonly giveBack: GiveBack,
    private readonly inbox: Inbox,
    @Inject(BUS_OPTIONS) private readonly options: BusOptions,
  ) {}

  /** Messages handled since the start. */
  get handled(): number {
    return [...this.handlers].reduce((sum, { handled }) => sum + handled, this.handledBefore);
  }

  /** What this process has in hand of what it is asked about: at most as much as an answer holds. */
  hands({ journeys, digests }: Pick<Inquiry, 'journeys' | 'digests'>): Hand[] {
    const [byJourney, byDigest] = [new Set(journeys), new Set(digests)];
    const isMeant = ({ journey, foreign }: Hand) => byJourney.has(journey) || (foreign !== undefined && byDigest.has(foreign));
    return [...this.handlers].flatMap(({ hands }) => [...hands].filter(isMeant)).slice(0, mostHands);
  }

  /** @throws StartError when it has an inbox and this service no database. */
  handler(declared: DeclaredConsumer): MessageHandler {
    const { outbound, reports, giveBack, inbox } = this;
    if (declared.inbox) inbox.require(`Consumer of "${declared.queue}"`);
    const handler = new MessageHandler(declared, { service: this.options.service, outbound, reports, giveBack, inbox });
    this.handlers.add(handler);
    return handler;
  }

  forget(handler: MessageHandler): void {
    if (this.handlers.delete(handler)) this.handledBefore += handler.handled;
  }

  /** The consumer of those that are suspected of ending their process, whichever handler they are for. */
  alone(): Consumer {
    return this.consumer({ queue: names.alone(this.options.service), concurrency: 1, take: takeAlone(this.handlers, this.giveBack) });
  }

  consumer(subscription: Subscription): Consumer {
    return new Consumer(this.connections, this.declarations, subscription);
  }
}
