import { setTimeout as delay } from 'node:timers/promises';
import { headers } from '@warren/protocol';
import type { ConsumeMessage } from 'amqplib';
import type { Consumer, Take } from './consumer.js';
import type { GiveBack } from './give-back.js';
import type { MessageHandler } from './message-handler.js';
import { persist } from './persist.js';

/** In the hands of so many processes that ended, a message is a suspect: it is set aside, to be handled alone. */
const suspectAfter = 2;
/** So many more that ended while they had it alone, and it is given up. Source: docs/protocol.md, Messages that end their process. */
export const mostEndings = 3;

export const isSuspect = (message: ConsumeMessage): boolean => returnsOf(message) >= suspectAfter || endingsBefore(message) > 0;
export const isConvicted = (message: ConsumeMessage): boolean => endingsAlone(message) >= mostEndings;

/** How often processes have ended that had it alone, this time and before it went back to its queue. */
export const endingsAlone = (message: ConsumeMessage): number => returnsOf(message) + endingsBefore(message);

/** How often its process or connection has ended before it was acknowledged: a quorum queue counts. */
const returnsOf = (message: ConsumeMessage): number => countIn(message, 'x-delivery-count');
export const endingsBefore = (message: ConsumeMessage): number => countIn(message, headers.endings);

function countIn({ properties }: ConsumeMessage, header: string): number {
  const count: unknown = properties.headers?.[header];
  return typeof count === 'number' ? count : 0;
}

/**
 * Takes the suspects of all consumers of this process: the broker counts who was in hand, so it is one at a time, whoever's it is.
 * One whose consumer is held, gone, or not there yet, goes back to its queue, and is a suspect there.
 */
export const takeAlone =
  (handlers: ReadonlySet<MessageHandler>, giveBack: GiveBack): Take =>
  async (message, alive) => {
    await giveBack.asidesAcknowledged();
    const queue = String(message.properties.headers?.[headers.queue]);
    const handler = [...handlers].find((one) => one.queue === queue && !one.held);
    return handler ? handler.takeAlone(message, alive) : persist(() => giveBack.home(message, queue), alive);
  };

/** Milliseconds that a process gives the suspects before it takes anything else. */
const ahead = 2_000;
const lookEvery = 50;

/**
 * Attaches to the suspects while this process has nothing else in hand, and lets those that wait come to an end, if they are quick about it.
 * What has ended the process before tends to end it again at once: no other message is in hand then, and no other suspect waits longer than its turn.
 */
export async function attachAhead(suspects: Consumer): Promise<void> {
  const end = Date.now() + ahead;
  await suspects.attach();
  while (!suspects.through && Date.now() < end) await delay(lookEvery);
}
