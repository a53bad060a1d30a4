import { EventEmitter } from 'node:events';
import type { ConfirmChannel } from 'amqplib';
import type { Connections } from '../connection/connections.js';
import type { Setup } from '../connection/kept-channel.js';
import { Outbound, type Outgoing } from './outbound.js';

type Settle = (error: unknown) => void;

/** An Outbound on a channel whose broker says what the test lets it say. */
async function open() {
  const settles: Settle[] = [];
  const publish = (...given: unknown[]) => settles.push(given.at(-1) as Settle) > 0;
  const channel = Object.assign(new EventEmitter(), { publish }) as unknown as ConfirmChannel;
  let ready = Promise.resolve();
  const keep = (_: string, setup: Setup) => {
    ready = setup(channel);
    return { current: channel };
  };
  const outbound = new Outbound({ keep } as unknown as Connections);
  outbound.onModuleInit();
  await ready;
  const giveBack = (messageId: string, routingKey = 'shop.order') =>
    channel.emit('return', { fields: { exchange: 'shop', routingKey }, properties: { messageId } });
  return { outbound, channel, giveBack, confirm: (error: unknown = null) => settles.shift()?.(error) };
}

const message = (messageId: string): Outgoing => ({ exchange: 'shop', key: 'shop.order', body: Buffer.from('{}'), properties: { messageId } });

describe('a publish', () => {
  it('is done when the broker confirms it', async () => {
    const { outbound, confirm } = await open();
    const sent = outbound.send(message('a'));

    confirm();

    await expect(sent).resolves.toBeUndefined();
  });

  it('is unroutable when the broker returned it before it confirmed', async () => {
    const { outbound, confirm, giveBack } = await open();
    const [returned, taken] = [outbound.send(message('a')), outbound.send(message('b'))];
    giveBack('a');
    confirm();
    confirm();

    await expect(returned).rejects.toMatchObject({ name: 'UnroutableError' });
    await expect(taken).resolves.toBeUndefined();
  });

  it('whose id is under way twice is unroutable twice, though the broker confirms both at once', async () => {
    const { outbound, confirm, giveBack } = await open();
    const both = [outbound.send(message('a')), outbound.send(message('a'))];
    giveBack('a');
    giveBack('a');
    confirm();
    confirm();

    const outcomes = await Promise.allSettled(both);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('is unroutable alone, though its id is under way to another place that confirms later', async () => {
    const { outbound, confirm, giveBack } = await open();
    const [taken, returned] = [outbound.send(message('a')), outbound.send({ ...message('a'), key: 'shop.gone' })];
    giveBack('a', 'shop.gone');
    confirm();
    confirm();

    await expect(taken).resolves.toBeUndefined();
    await expect(returned).rejects.toThrow('No consumer takes "shop.gone"');
  });

  it('is not unroutable because it was so the time before', async () => {
    const { outbound, confirm, giveBack } = await open();
    const first = outbound.send(message('a'));
    giveBack('a');
    confirm();
    await expect(first).rejects.toThrow('No consumer takes');

    const second = outbound.send(message('a'));
    confirm();

    await expect(second).resolves.toBeUndefined();
  });

  it('is interrupted when the channel ends before the confirm', async () => {
    const { outbound, confirm } = await open();
    const sent = outbound.send(message('a'));

    confirm(new Error('channel closed'));

    await expect(sent).rejects.toMatchObject({ name: 'PublishInterruptedError' });
  });

  it('is interrupted also when the library forgets it because the broker confirmed a later one first', async () => {
    const { outbound, channel } = await open();
    const sent = outbound.send(message('a'));

    channel.emit('close');

    await expect(sent).rejects.toMatchObject({ name: 'PublishInterruptedError' });
  });

  it('that the broker refuses by closing the channel is told to those who declare', async () => {
    const { outbound, channel } = await open();
    let told = 0;
    outbound.onRefused(() => (told += 1));

    channel.emit('error', new Error('NOT_FOUND - no exchange'));

    expect(told).toBe(1);
  });
});
