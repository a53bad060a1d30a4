import { journalTypes, names, newId, type Cause, type HopReport, type HopReports } from '@warren/protocol';
import { onTeardown, testBroker, waitFor, type TestBroker } from '@warren/testing';
import { connect, type ConfirmChannel, type ConsumeMessage } from 'amqplib';
import { shop } from '../../test/start-bus.js';
import { TillProcess } from '../../test/till-process.js';
import { declareAlone, declareConsumer, declareDeadLetters, declareJournal } from '../topology/topology.js';

const queues = ['shop.till', 'shop.desk'];
const deaths = 5; // two until it is a suspect, three alone
let broker: TestBroker;
let channel: ConfirmChannel;
let till: TillProcess;
let reports: HopReport[];
let dead: ConsumeMessage[];

/** The till's queues are there, and what its processes report and give up is seen, before there is such a process. */
beforeEach(async () => {
  broker = await testBroker();
  const connection = await connect(broker.url);
  onTeardown(() => connection.close());
  channel = await connection.createConfirmChannel();
  await declareDeadLetters(channel);
  await declareJournal(channel);
  await declareAlone(channel, 'shop-till');
  for (const queue of queues) await declareConsumer(channel, queue, shop.order.info, { journal: true });
  [reports, dead] = [[], []];
  const hear = ({ fields, content }: ConsumeMessage) =>
    fields.routingKey === journalTypes.hops && reports.push(...(JSON.parse(content.toString()) as HopReports).hops);
  await channel.consume(names.journal, (message) => message && hear(message), { noAck: true });
  await channel.consume(names.dead, (message) => message && dead.push(message), { noAck: true });
  till = TillProcess.of(broker);
});
afterEach(() => till.stop());

/** Publishes them all before anybody takes one; gives their ids. */
async function publish(...items: string[]): Promise<string[]> {
  const ids = items.map((item) => {
    const id = newId();
    const headers = { 'warren-at': Date.now(), tenant: 'acme' };
    channel.publish('shop', 'shop.order', Buffer.from(JSON.stringify({ item })), { persistent: true, messageId: id, correlationId: id, type: 'shop.order@1', headers });
    return id;
  });
  await channel.waitForConfirms();
  return ids;
}

/** At both consumers. */
const handled = (ids: readonly string[]) =>
  waitFor(() => ids.every((id) => queues.every((queue) => reports.some((report) => report.id === id && report.queue === queue))), { timeout: 40_000, what: `handling (${till.errors})` });
const letters = (count: number) => waitFor(() => dead.length >= count && dead, { timeout: 40_000, what: `${count} dead letters (${till.errors})` });
const causeOf = (letter: ConsumeMessage) => JSON.parse(String(letter.properties.headers?.['warren-cause'])) as Cause;
const times = (count: number, item: string) => Array.from({ length: count }, () => item);

describe('a message that ends its process', () => {
  it.each(['kills later', 'blocks and kills'])('is a dead letter after a few of them; all others are handled at their first attempt: it %s', async (poison) => {
    const before = await publish(...times(6, 'slow'), ...times(6, 'tea'));
    const [id] = await publish(poison);
    const after = await publish(...times(6, 'tea'), ...times(6, 'slow'));
    till.start();

    const [letter] = await letters(1);
    await handled([...before, ...after]);

    expect(letter!.properties).toMatchObject({ messageId: id, correlationId: id, type: 'shop.order@1' });
    expect(letter!.properties.headers).toMatchObject({ 'warren-queue': 'shop.till', 'warren-attempt': 1, tenant: 'acme' });
    expect(causeOf(letter!)).toMatchObject({ name: 'CrashError', message: 'The process or its connection ended 3 times while this was the only suspect in hand.' });
    expect(Object.keys(letter!.properties.headers ?? {}).filter((name) => name.startsWith('x-'))).toEqual([]);
    const atTill = reports.filter((report) => report.id === id && report.queue === 'shop.till');
    expect(atTill).toMatchObject([{ attempt: 1, outcome: 'dead', error: { name: 'CrashError' } }]);
    const others = reports.filter((report) => !atTill.includes(report));
    expect(new Set(others.map(({ attempt, outcome }) => `${attempt} ${outcome}`))).toEqual(new Set(['1 handled']));
    expect(dead).toHaveLength(1);
    expect(till.kills).toBe(deaths);
  }, 60_000);

  it('charges no other such message with its deeds, and one that a foreign publisher gave no id has one in all its lives', async () => {
    channel.publish('shop', 'shop.order', Buffer.from('{"item":"kills"}'), { persistent: true });
    const [poison, tea] = await publish('blocks and kills', 'tea');
    till.start();

    const both = await letters(2);
    await handled([tea!]);
    const foreign = await waitFor(() => reports.find(({ id, queue }) => queue === 'shop.till' && id !== tea && id !== poison));

    expect(both.map(({ properties }) => String(properties.messageId)).sort()).toEqual([poison, foreign.id].sort());
    expect(both.map(causeOf).map(({ name }) => name)).toEqual(['CrashError', 'CrashError']);
    expect(foreign).toMatchObject({ outcome: 'dead', attempt: 1, error: { name: 'CrashError' }, foreign: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(both.map(({ properties }) => String(properties.headers?.['warren-foreign']))).toContain(foreign.foreign);
    expect(till.kills).toBeGreaterThanOrEqual(2 * 3); // three alone for each
  }, 60_000);
});

describe('a message that ends its process, at a consumer that is added after the start', () => {
  it('is a dead letter after as many of them, though each start sends it back first', async () => {
    const before = await publish(...times(3, 'tea'));
    const [id] = await publish('kills later');
    till = TillProcess.of(broker, 'late-till.cjs');
    till.start();

    const [letter] = await letters(1);
    await waitFor(() => before.every((one) => reports.some((report) => report.id === one && report.queue === 'shop.till')), { timeout: 40_000, what: 'the others' });

    expect(letter!.properties.messageId).toBe(id);
    expect(causeOf(letter!).name).toBe('CrashError');
    expect(Object.keys(letter!.properties.headers ?? {})).not.toContain('warren-endings');
    expect(till.kills).toBe(deaths);
  }, 60_000);
});

describe('a message that was in hand when processes ended for another reason', () => {
  it('is handled alone, at its first attempt', async () => {
    const [id] = await publish('slow');
    till.start();
    for (let kills = 1; kills <= 2; kills += 1) {
      await waitFor(async () => (await channel.checkQueue('shop.till')).messageCount === 0 && till.kill());
      await waitFor(() => till.kills === kills);
    }

    await handled([id!]);

    expect(new Set(reports.map(({ attempt, outcome }) => `${attempt} ${outcome}`))).toEqual(new Set(['1 handled']));
    await waitFor(async () => (await channel.checkQueue(names.alone('shop-till'))).messageCount === 0);
  }, 60_000);

  it('is through before its process takes anything else: what ends it then is not charged to it', async () => {
    const id = newId();
    const properties = { messageId: id, correlationId: id, type: 'shop.order@1', headers: { 'warren-at': 1, 'warren-queue': 'shop.till' } };
    channel.sendToQueue(names.alone('shop-till'), Buffer.from('{"item":"slow"}'), properties);
    for (let endings = 1; endings <= 2; endings += 1) channel.nack(await waitFor(() => channel.get(names.alone('shop-till'))));
    await publish('kills');

    till.start();
    const report = await waitFor(() => reports.find((report) => report.id === id), { timeout: 40_000 });

    expect(report).toMatchObject({ attempt: 1, outcome: 'handled' });
  }, 60_000);

  it('goes back to its queue when the service has no such consumer any more, and is a dead letter when that is gone', async () => {
    await channel.assertQueue('shop.shelf', { durable: true });
    till.start();
    const aside = (queue: string, id = newId()) => {
      const headers = { 'warren-at': 1, 'warren-attempt': 2, 'warren-queue': queue, tenant: 'acme' };
      channel.sendToQueue(names.alone('shop-till'), Buffer.from('{}'), { messageId: id, correlationId: id, type: 'shop.order@1', headers });
      return id;
    };
    await waitFor(() => channel.checkQueue(names.alone('shop-till')).then(({ consumerCount }) => consumerCount === 1));
    const [home, lost] = [aside('shop.shelf'), aside('shop.gone')];

    const [letter] = await letters(1);
    const back = await waitFor(() => channel.get('shop.shelf', { noAck: true }));

    expect(back.properties).toMatchObject({ messageId: home, headers: { 'warren-attempt': 2, tenant: 'acme' } });
    expect(back.properties.headers).not.toHaveProperty('warren-queue');
    expect(letter!.properties).toMatchObject({ messageId: lost, headers: { 'warren-queue': 'shop.gone', 'warren-attempt': 2 } });
    expect(causeOf(letter!)).toMatchObject({ name: 'UnroutableError', message: 'There is no queue "shop.gone".' });
  }, 60_000);
});
