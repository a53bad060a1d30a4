import { journalTypes, names, newId, type Announcement, type HopReport, type HopReports } from '@warren/protocol';
import { onTeardown } from '@warren/testing';
import { connect, type ConfirmChannel } from 'amqplib';
import { type Dice } from '../system/dice.js';
import { flows, queueName, takers, topics, typeName, type FlowName } from './plan.js';
import { bodyOf, propertiesOf, type Record } from './records.js';

const unconfirmed = 2_000;
const reporter = { service: 'e2e-shop', instance: 'e2e-shop-1' };

/** Brings records to the journal of a system through its broker, as publishers and consumers do, but that there are none. */
export class Feed {
  private reports: HopReport[] = [];
  private sent = 0;

  private constructor(
    private readonly channel: ConfirmChannel,
    private readonly dice: Dice,
  ) {}

  static async to(url: string, dice: Dice): Promise<Feed> {
    const connection = await connect(url);
    onTeardown(() => connection.close());
    const channel = await connection.createConfirmChannel();
    for (const flow of Object.keys(flows)) {
      await channel.assertExchange(flow, 'topic', { durable: true });
      await channel.bindQueue(names.journal, flow, '#');
    }
    const feed = new Feed(channel, dice);
    feed.control(journalTypes.announcement, announcement);
    return feed;
  }

  /** Some come again, as after a connection that was lost: the message or the report, but not what has no id. */
  async add(record: Record): Promise<void> {
    const isRepeated = this.dice.below(20) === 0 && !(record.kind === 'message' && record.message.id === undefined);
    for (let n = 0; n <= Number(isRepeated); n += 1) this.one(record);
    if (this.sent > unconfirmed) await this.confirmed();
  }

  /** Sends what is left, and a marker behind all. @returns its id */
  async end(): Promise<string> {
    this.report();
    const id = newId();
    this.control(journalTypes.marker, { id });
    await this.confirmed();
    return id;
  }

  private one(record: Record): void {
    if (record.kind === 'report') this.reports.push(record.report);
    else this.message(record.message.flow, record.message.topic, bodyOf(record.message), propertiesOf(record.message));
    if (this.reports.length > this.dice.below(40)) this.report();
  }

  private report(): void {
    const body: HopReports = { ...reporter, hops: this.reports.splice(0) };
    if (body.hops.length > 0) this.control(journalTypes.hops, body);
  }

  private control(type: string, body: object): void {
    this.message(names.journal, type, Buffer.from(JSON.stringify(body)), { type });
  }

  private message(exchange: string, key: string, body: Buffer, properties: object): void {
    this.channel.publish(exchange, key, body, { persistent: true, ...properties });
    this.sent += 1;
  }

  private async confirmed(): Promise<void> {
    this.sent = 0;
    await this.channel.waitForConfirms();
  }
}

const contractsOf = (flow: FlowName) =>
  topics.map((topic) => ({ name: topic, topic, version: 1, type: typeName(flow, topic), terminal: takers[topic].length === 0, line: '{topic} {n}', secret: [], schema: {} }));

const consumersOf = (flow: FlowName) =>
  topics.flatMap((topic) =>
    takers[topic].map((taker) => ({
      name: queueName(flow, taker), flow, queue: queueName(flow, taker), exchange: flow, pattern: topic, contract: topic, concurrency: 1, policy: { attempts: 5, delays: [100] },
    })),
  ); // prettier-ignore

const all = Object.keys(flows) as FlowName[];
const announcement: Announcement = {
  ...reporter,
  flows: all.map((name) => ({ name, exchange: name, deadline: flows[name], contracts: contractsOf(name) })),
  consumers: all.flatMap(consumersOf),
  sources: [],
};
