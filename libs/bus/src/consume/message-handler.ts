import { Logger } from '@nestjs/common';
import { childId, type Cause, type ContractInfo, type Draft, type Hand, type HopReport } from '@warren/protocol';
import type { ConsumeMessage } from 'amqplib';
import { CrashError, PayloadError, PermanentError } from '../bus.errors.js';
import type { Effect, Inbox } from '../inbox/inbox.js';
import { checkedPayload, encode } from '../publish/encode.js';
import type { Outbound, Outgoing } from '../publish/outbound.js';
import { isConvicted, isSuspect, mostEndings } from './alone.js';
import { causeOf } from './cause.js';
import { headOf, payloadOf, received, type Head, type Upcasts } from './decode.js';
import type { GiveBack } from './give-back.js';
import { persist } from './persist.js';
import { checkDeadline, dispositionOf, type Policy } from './policy.js';
import type { Children, Effects, Received } from './received.js';
import type { Reports } from './reports.js';

/** One consumer of a contract, and the method behind it. */
export interface Handled {
  name: string;
  queue: string;
  contract: ContractInfo;
  policy: Policy;
  upcasts?: Upcasts;
  /** Whether its method gives Effects, not Children. */
  inbox?: boolean;
  dead?: (message: Received, cause: Cause) => Children;
  method: (message: Received) => Children | Effects | Promise<Children | Effects>;
}

export interface HandlerTools {
  service: string;
  outbound: Outbound;
  reports: Reports;
  giveBack: GiveBack;
  inbox: Inbox;
}

type End = Pick<HopReport, 'outcome' | 'children' | 'error' | 'retryAt'>;

/** Takes a message through its hop: decode, handle, publish the children, report, and only then let it be acknowledged. */
export class MessageHandler {
  /** Messages handled since the start, whatever their outcome. */
  handled = 0;
  /** It takes nothing, not even a suspect. */
  held = false;
  /** What it works on now. */
  readonly hands = new Set<Hand>();
  private readonly alone = new Set<Promise<boolean>>();
  private readonly logger = new Logger('Hop');

  constructor(
    private readonly consumer: Handled,
    private readonly tools: HandlerTools,
  ) {}

  get queue(): string {
    return this.consumer.queue;
  }

  /** Resolves to true when the message may be acknowledged, to false when the broker has it back already. */
  async take(message: ConsumeMessage, alive: () => boolean): Promise<boolean> {
    const { queue, contract } = this.consumer;
    if (!isSuspect(message)) return this.handle(message, alive);
    this.logger.warn(`${queue}: message ${String(message.properties.messageId)} was in hand when processes ended; it is handled alone.`);
    return persist(() => this.tools.giveBack.aside(message, headOf(message, contract), queue), alive);
  }

  /** As take(), of a suspect that is the only one in hand. */
  async takeAlone(message: ConsumeMessage, alive: () => boolean): Promise<boolean> {
    const handling = this.handle(message, alive, isConvicted(message) ? new CrashError(mostEndings) : undefined);
    this.alone.add(handling);
    try {
      return await handling;
    } finally {
      this.alone.delete(handling);
    }
  }

  /** Resolves when it has no suspect in hand any more. */
  async aloneFinished(): Promise<void> {
    await Promise.allSettled(this.alone);
  }

  /** @param refusal why it is given up without an attempt. */
  private async handle(message: ConsumeMessage, alive: () => boolean, refusal?: Error): Promise<boolean> {
    const startedAt = Date.now();
    const head = headOf(message, this.consumer.contract);
    const hand = this.hand(head, startedAt);
    try {
      return await this.through(message, head, { startedAt, alive, refusal });
    } finally {
      this.hands.delete(hand);
    }
  }

  private async through(message: ConsumeMessage, head: Head, { startedAt, alive, refusal }: { startedAt: number; alive: () => boolean; refusal?: Error }): Promise<boolean> {
    const end = await (refusal ? Promise.reject(refusal) : this.attempt(message, head, alive)).catch((error: unknown) => this.fail(message, head, error, alive));
    if (!end || !(await persist(() => this.tools.reports.add(this.report(head, startedAt, end)), alive))) return false;
    this.handled += 1;
    this.log(head, startedAt, end);
    return true;
  }

  private async attempt(message: ConsumeMessage, head: Head, alive: () => boolean): Promise<End | undefined> {
    checkDeadline(head, this.consumer.policy);
    const readable = this.read(message, head);
    const children = await (this.consumer.inbox ? this.once(head, readable) : this.handledNow(head, readable));
    return (await this.send(children, alive)) ? { outcome: 'handled', children: children.length } : undefined;
  }

  private read(message: ConsumeMessage, head: Head): Received {
    const { contract, upcasts, queue } = this.consumer;
    return received(head, payloadOf(message, head, contract, upcasts), queue);
  }

  private async handledNow(head: Head, message: Received): Promise<Outgoing[]> {
    return this.children(head, (await this.consumer.method(message)) as Children);
  }

  private once(head: Head, message: Received): Promise<Outgoing[]> {
    const { name: consumer } = this.consumer;
    return this.tools.inbox.once({ message: head.id, consumer, redrive: head.redrive }, async () => {
      const effect = (await this.consumer.method(message)) as Effects;
      return async (transaction: Parameters<Effect>[0]) => (effect ? this.children(head, await effect(transaction as never)) : []);
    });
  }

  private children(parent: Head, children: Children, consumer = this.consumer.name): Outgoing[] {
    const drafts = children === undefined ? [] : Array.isArray(children) ? (children as readonly Draft[]) : [children as Draft];
    return drafts.map((draft, index) => this.child(parent, draft, consumer, index));
  }

  /** Resolves to false when the message's own channel is gone. */
  private async send(children: readonly Outgoing[], alive: () => boolean): Promise<boolean> {
    const sent = await Promise.all(children.map((child) => persist(() => this.tools.outbound.sendToFlow(child), alive)));
    return sent.every(Boolean);
  }

  /** A child is like its parent in all that belongs to the journey, and its id follows from the parent's. */
  private child(parent: Head, draft: Draft, consumer: string, index: number): Outgoing {
    const { type } = draft.contract;
    const id = childId({ parentId: parent.id, consumer, redrive: parent.redrive, type, index });
    return encode(draft.contract, checkedPayload(draft), {
      id, type, journey: parent.journey, run: parent.run, service: this.tools.service, at: Date.now(),
      attempt: 1, redrive: 0, parent: { id: parent.id, queue: this.consumer.queue },
    }); // prettier-ignore
  }

  private async fail(message: ConsumeMessage, head: Head, thrown: unknown, alive: () => boolean): Promise<End | undefined> {
    const cause = causeOf(thrown);
    const error = { name: cause.name, message: cause.message };
    const { giveBack } = this.tools;
    const { queue, policy } = this.consumer;
    const disposition = dispositionOf(thrown, head, policy);
    if (disposition.kind === 'dead') {
      const children = this.lastWords(message, head, cause);
      const said = await this.send(children, alive).catch((failure: unknown) => this.unsaid(head, failure));
      const dead = said && (await persist(() => giveBack.dead(message, head, queue, cause), alive));
      return dead ? { outcome: 'dead', children: children.length, error } : undefined;
    }
    let retryAt = 0;
    const back = await persist(async () => { retryAt = await giveBack.retry(message, head, queue, disposition); }, alive); // prettier-ignore
    return back ? { outcome: 'retried', children: 0, error, retryAt } : undefined;
  }

  /** What its consumer wants known of its death. Their ids are none of those that its handling may have published. */
  private lastWords(message: ConsumeMessage, head: Head, cause: Cause): Outgoing[] {
    const { dead, name } = this.consumer;
    if (!dead) return [];
    try {
      return this.children(head, dead(this.read(message, head), cause), `${name} dead`);
    } catch (error) {
      if (!(error instanceof PermanentError || error instanceof PayloadError)) this.unsaid(head, error);
      return []; // it cannot be read
    }
  }

  /** A dead letter is stored all the same. */
  private unsaid({ id }: Head, error: unknown): true {
    this.logger.error(`${this.queue}: nobody was told that message ${id} is a dead letter: ${String(error)}`);
    return true;
  }

  private hand({ id: message, journey, attempt, redrive, foreign }: Head, since: number): Hand {
    const hand = { message, journey, queue: this.consumer.queue, attempt, redrive, foreign, since };
    this.hands.add(hand);
    return hand;
  }

  private report(head: Head, startedAt: number, end: End): HopReport {
    const { id, journey, attempt, redrive, foreign } = head;
    const { queue, name: consumer } = this.consumer;
    return { id, journey, queue, consumer, attempt, redrive, foreign, startedAt, finishedAt: Date.now(), ...end };
  }

  private log(head: Head, startedAt: number, { outcome, error }: End): void {
    const line = { contract: head.type, queue: this.consumer.queue, id: head.id, attempt: head.attempt, ms: Date.now() - startedAt, outcome, error };
    if (outcome === 'handled') this.logger.debug(line);
    else this.logger.warn(line);
  }
}
