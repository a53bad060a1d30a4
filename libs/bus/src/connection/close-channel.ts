import type { Channel } from 'amqplib';

/** Resolves when the channel is closed, also when its connection ends before the broker has answered: amqplib's own close() then waits for ever. */
export function closeChannel(channel: Channel): Promise<void> {
  return new Promise((resolve) => {
    channel.once('close', resolve);
    channel.close().catch(() => resolve()); // closed already, or closing
  });
}
