import { EventEmitter } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import type { ConfirmChannel, ConsumeMessage } from 'amqplib';
import { Acknowledger } from './acknowledger.js';

const message = (deliveryTag: number) => ({ fields: { deliveryTag } }) as ConsumeMessage;

function open(count: number) {
  const acks: [number, boolean | undefined][] = [];
  const channel = Object.assign(new EventEmitter(), { ack: ({ fields }: ConsumeMessage, upTo?: boolean) => void acks.push([fields.deliveryTag, upTo]) });
  const acknowledger = new Acknowledger(channel as unknown as ConfirmChannel);
  const messages = Array.from({ length: count }, (_, index) => message(index + 1));
  for (const one of messages) acknowledger.took(one);
  return { acks, channel, acknowledger, settle: (...tags: number[]) => tags.forEach((tag) => acknowledger.settle(messages[tag - 1]!)) };
}

describe('acknowledgements', () => {
  it('of a settled prefix are one', async () => {
    const { acks, settle } = open(5);

    settle(2, 1, 3);
    await turn();

    expect(acks).toEqual([[3, true]]);
  });

  it('beyond a slow message go one by one, and the slow one by itself later', async () => {
    const { acks, settle } = open(4);

    settle(2, 4);
    await turn();
    settle(1);
    await turn();

    expect(acks).toEqual([[2, undefined], [4, undefined], [1, true]]); // prettier-ignore
  });

  it('never cover a message that has not settled', async () => {
    const { acks, settle } = open(6);

    settle(1, 2, 5);
    await turn();

    expect(acks.filter(([, upTo]) => upTo)).toEqual([[2, true]]);
  });

  it('of a channel that has closed are dropped', async () => {
    const { acks, acknowledger, channel, settle } = open(2);

    settle(1);
    channel.emit('close');
    settle(2);
    await turn();

    expect(acks).toEqual([]);
    expect(acknowledger.alive).toBe(false);
  });

  it('on a channel that is closing are dropped: amqplib throws there, and the broker gives the messages out again', async () => {
    const { acknowledger, channel, settle } = open(2);
    channel.ack = () => { throw new Error('Channel closing'); }; // prettier-ignore

    settle(1);
    await turn();

    expect(acknowledger.alive).toBe(false);
    await expect(acknowledger.drained()).resolves.toBeUndefined();
  });
});

describe('waiting for what is in hand', () => {
  it('ends when the last one is acknowledged', async () => {
    const { acknowledger, settle, acks } = open(2);
    let drained = false;
    const waiting = acknowledger.drained().then(() => (drained = true));

    settle(1);
    await turn();
    expect(drained).toBe(false);
    settle(2);
    await waiting;

    expect(acks).toEqual([[1, true], [2, true]]); // prettier-ignore
  });

  it('ends when the channel is gone, as the broker has them again', async () => {
    const { acknowledger, channel } = open(2);
    const waiting = acknowledger.drained();

    channel.emit('close');

    await expect(waiting).resolves.toBeUndefined();
  });
});
