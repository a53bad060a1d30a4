import { Announcement, HopReports, journalTypes, names, readEnvelope, writeEnvelope, newId, type Draft, type HopReport } from '@warren/protocol';
import { connect, type ConfirmChannel, type ConsumeMessage } from 'amqplib';
import { onTeardown } from '../isolation/teardown.js';

/** A child as a consumer of it would get it. */
export interface Child {
  id: string;
  journey: string;
  type: string;
  parent: string | undefined;
  payload: unknown;
}

export interface DeadLetter {
  id: string;
  headers: Readonly<Record<string, unknown>>;
}

/** A plain AMQP client beside the application, on a connection that no fault touches. */
export class Wire {
  readonly children: Child[] = [];
  readonly dead: DeadLetter[] = [];
  readonly hops: HopReport[] = [];
  readonly announcements: Announcement[] = [];

  private constructor(readonly channel: ConfirmChannel) {}

  /** Takes all that comes to journal and dead queue, which must be there. */
  static async connect(url: string): Promise<Wire> {
    const connection = await connect(url);
    connection.on('error', () => undefined); // the vhost is deleted at the end
    onTeardown(() => connection.close().catch(() => undefined));
    const wire = new Wire(await connection.createConfirmChannel());
    await wire.consume(names.journal, (message) => wire.journalled(message));
    await wire.consume(names.dead, (message) => wire.dead.push({ id: String(message.properties.messageId), headers: message.properties.headers ?? {} }));
    return wire;
  }

  /** Takes messages of these contracts, as the next consumer of the flow would. */
  async takeChildren(drafts: readonly Draft[]): Promise<void> {
    const { queue } = await this.channel.assertQueue('', { exclusive: true });
    for (const { contract } of drafts) await this.channel.bindQueue(queue, contract.exchange, contract.topic);
    await this.consume(queue, (message) => this.children.push(childOf(message)));
  }

  /** Publishes as Warren does, to the end of the confirm; gives the id. */
  async publish({ contract, payload }: Draft, id = newId()): Promise<string> {
    const envelope = { id, type: contract.type, service: 'consumer-contract', journey: id, at: Date.now(), run: 1, attempt: 1, redrive: 0 };
    const body = Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload));
    this.channel.publish(contract.exchange, contract.topic, body, { ...writeEnvelope(envelope), persistent: true });
    await this.channel.waitForConfirms();
    return id;
  }

  childrenOf = (id: string): Child[] => this.children.filter(({ parent }) => parent === id);

  hopsOf = (id: string): HopReport[] => this.hops.filter((hop) => hop.id === id);

  private async consume(queue: string, take: (message: ConsumeMessage) => unknown): Promise<void> {
    await this.channel.consume(queue, (message) => message && take(message), { noAck: true });
  }

  private journalled({ fields, content }: ConsumeMessage): void {
    if (fields.exchange !== names.journal) return;
    const record: unknown = JSON.parse(content.toString());
    if (fields.routingKey === journalTypes.announcement) this.announcements.push(Announcement.parse(record));
    if (fields.routingKey === journalTypes.hops) this.hops.push(...HopReports.parse(record).hops);
  }
}

function childOf({ properties, content }: ConsumeMessage): Child {
  const envelope = readEnvelope(properties);
  if (!envelope) throw new Error('A child came without the headers of Warren.');
  const { id, journey, type, parent } = envelope;
  return { id, journey, type, parent: parent?.id, payload: JSON.parse(content.toString()) };
}
