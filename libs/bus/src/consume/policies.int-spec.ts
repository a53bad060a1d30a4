import { Injectable } from '@nestjs/common';
import { names, newId, type Cause } from '@warren/protocol';
import { testBroker, waitFor, type TestBroker } from '@warren/testing';
import type { ConsumeMessage } from 'amqplib';
import { probe, type Probe } from '../../test/probe.js';
import { running, shop, startBus, type StartedBus } from '../../test/start-bus.js';
import { exponential, OnMessage, PermanentError, Publisher, Redriver, RetryAfterError, type Received } from '../index.js';

type Order = Received<typeof shop.order>;
interface Try {
  queue: string;
  id: string;
  attempt: number;
  /** Milliseconds since the epoch; of the publish, and when the method was called, which is also when it failed. */
  at: number;
  failed: number;
  /** What it asked for. */
  asked: number;
}

const tries: Try[] = [];
const deadline = 1_000;

function fail(queue: string, { id, attempt, at = 0 }: Order, error: Error, asked = 0): never {
  tries.push({ queue, id, attempt, at, failed: Date.now(), asked });
  throw error;
}

/** Every order comes to each of these; none of them can take it. */
@Injectable()
class Counters {
  @OnMessage(shop.order, { queue: 'shop.list', policy: { attempts: 4, delays: [100, 350] } })
  list(message: Order) {
    fail('shop.list', message, new Error('no change'));
  }

  @OnMessage(shop.order, { queue: 'shop.growing', policy: { attempts: 4, delays: exponential({ first: 150, most: 400 }) } })
  growing(message: Order) {
    fail('shop.growing', message, new TypeError('no change'));
  }

  /** Asks for 100 ms to 1.6 s and sometimes for 3 s: in one queue the short ones would wait behind the long ones. */
  @OnMessage(shop.order, { queue: 'shop.asking', policy: { attempts: 2 } })
  asking(message: Order) {
    const n = Number(message.payload.item);
    const asked = n % 8 === 0 ? 3_000 : 100 + ((n * 397) % 1_500);
    fail('shop.asking', message, new RetryAfterError('busy', asked), asked);
  }

  @OnMessage(shop.order, { queue: 'shop.final', policy: { permanent: (error) => error instanceof RangeError } })
  final(message: Order) {
    fail('shop.final', message, Number(message.payload.item) % 2 ? new RangeError('too much') : new PermanentError('no such item'));
  }

  @OnMessage(shop.order, { queue: 'shop.late', policy: { attempts: 100, delays: [300], deadline } })
  late(message: Order) {
    fail('shop.late', message, new Error('still closed'));
  }
}

let broker: TestBroker;
let service: StartedBus;
let wire: Probe;
const orders = 40;
/** Of delay bands, before anything failed. */
let waiting: string[];
const letters: { queue: string; cause: Cause; letter: ConsumeMessage }[] = [];

async function nextLetter(): Promise<void> {
  const letter = await wire.next(names.dead);
  const headers = letter.properties.headers ?? {};
  letters.push({ queue: String(headers['warren-queue']), cause: JSON.parse(String(headers['warren-cause'])) as Cause, letter });
}

beforeAll(async () => {
  broker = await testBroker();
  service = await startBus(broker, [Counters]);
  await service.bus.apply(running);
  const queues = await broker.management<{ name: string }[]>(`/api/queues/${broker.vhost}`);
  waiting = queues.map(({ name }) => name).filter((name) => name.startsWith('warren.wait.'));
  wire = await probe(broker);
  const publisher = service.app.get(Publisher);
  await Promise.all(Array.from({ length: orders }, (_, n) => publisher.publish(shop.order({ item: String(n) }))));
  while (letters.length < 5 * orders) await nextLetter();
});

/** The tries of each message at a queue, in order. */
function byMessage(queue: string): Try[][] {
  const here = tries.filter((one) => one.queue === queue);
  return [...new Set(here.map(({ id }) => id))].map((id) => here.filter((one) => one.id === id));
}
/** The waits between them, each with the one that was due. */
const waits = (queue: string, due: (one: Try) => number) =>
  byMessage(queue).flatMap((all) => all.slice(1).map((next, index) => ({ due: due(all[index]!), waited: next.failed - all[index]!.failed })));
/** From 100 ms bands double: a wait ends before its band does. What the machine is late by comes on top. */
const bandEnd = (delay: number) => 100 * 2 ** (Math.floor(Math.log2(delay / 100)) + 1);
const slack = 1_500;

describe('policies', () => {
  it('have the bands of all their delays before a message needs one', () => {
    expect(new Set(waiting)).toEqual(new Set([0, 1, 2, 3, 5, 8, 10].map((band) => names.band(band))));
  });
});

describe.each([
  ['a list of delays, the last of which repeats', 'shop.list', 4, ({ attempt }: Try) => [100, 350, 350][attempt - 1]!],
  ['delays that double up to the most', 'shop.growing', 4, ({ attempt }: Try) => [150, 300, 400][attempt - 1]!],
  ['what the error asks for', 'shop.asking', 2, ({ asked }: Try) => asked],
])('a policy with %s', (_, queue, attempts, due) => {
  it('tries every message as often as it says, and then gives it up', () => {
    const counted = byMessage(queue).map((all) => all.map(({ attempt }) => attempt));

    expect(counted).toEqual(Array.from({ length: orders }, () => Array.from({ length: attempts }, (_, n) => n + 1)));
    expect(letters.filter((letter) => letter.queue === queue)).toHaveLength(orders);
  });

  it('begins no attempt before it is due, and none later than its band ends', () => {
    const all = waits(queue, due);

    expect(all).toHaveLength(orders * (attempts - 1));
    expect(all.filter(({ due, waited }) => waited < due)).toEqual([]);
    expect(all.filter(({ due, waited }) => waited > bandEnd(due) + slack)).toEqual([]);
  });
});

describe('a permanent error', () => {
  it('is not tried again, whether the error or the policy says so', () => {
    expect(byMessage('shop.final').map((all) => all.length)).toEqual(Array.from({ length: orders }, () => 1));
    expect(new Set(letters.filter(({ queue }) => queue === 'shop.final').map(({ cause }) => cause.name))).toEqual(new Set(['PermanentError', 'RangeError']));
  });
});

describe('a deadline', () => {
  it('lets no attempt begin after it, and gives up at once when the next one would', () => {
    const late = tries.filter(({ queue }) => queue === 'shop.late');

    expect(late.filter(({ at, failed }) => failed > at + deadline + 200)).toEqual([]); // as long as a machine may take from its beginning to the call
    expect(byMessage('shop.late').every((all) => all.length <= 4)).toBe(true);
    expect(letters.filter(({ queue }) => queue === 'shop.late')).toHaveLength(orders);
  });

  it('that has passed when the message comes leaves it without an attempt; a redrive counts anew', async () => {
    const id = newId();
    const old = { messageId: id, correlationId: id, type: 'shop.order@1', headers: { 'warren-at': Date.now() - deadline - 1 } };
    const calls = () => tries.filter((one) => one.id === id && one.queue === 'shop.late').length;
    await wire.publish('', 'shop.late', { item: '1' }, old);
    await nextLetter();
    expect(letters.at(-1)).toMatchObject({ queue: 'shop.late', cause: { name: 'DeadlineError', message: 'No attempt begins later than 1000 ms after the publish.' } });
    expect(calls()).toBe(0);

    const letter = { queue: 'shop.late', id, journey: id, type: 'shop.order@1', service: '', redrive: 1, headers: {}, body: Buffer.from('{"item":"1"}') };
    await service.app.get(Redriver).publish(letter);

    await waitFor(() => calls() > 0);
  });
});

describe('a dead letter, after retries and without', () => {
  it('says why and at which attempt, and carries nothing that the broker added on the way', () => {
    const attemptOf = ({ properties }: ConsumeMessage) => String(properties.headers?.['warren-attempt']);
    const of = (at: string) => new Set(letters.filter(({ queue }) => queue === at).map(({ cause, letter }) => `${cause.name}: ${cause.message} ${attemptOf(letter)}`));

    expect([of('shop.list'), of('shop.growing'), of('shop.asking')]).toEqual([new Set(['Error: no change 4']), new Set(['TypeError: no change 4']), new Set(['RetryAfterError: busy 2'])]);
    const added = letters.flatMap(({ letter }) => Object.keys(letter.properties.headers ?? {}).filter((name) => /^x-|^B?CC$/.test(name)));
    expect(added).toEqual([]);
    expect(letters.filter(({ letter }) => letter.properties.expiration !== undefined)).toEqual([]);
  });
});
