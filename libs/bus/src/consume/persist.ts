import { setTimeout as delay } from 'node:timers/promises';
import { PublishInterruptedError, PublishTimeoutError } from '../bus.errors.js';

const pause = 200;

/**
 * Does what a message in hand leads to until the broker has confirmed it, as its id makes a repetition harmless.
 * Resolves to false when the message's own channel is gone: the broker delivers it again, and whoever takes it does all of this.
 * @throws whatever trying again does not mend.
 */
export async function persist(work: () => Promise<void>, alive: () => boolean): Promise<boolean> {
  while (alive()) {
    try {
      await work();
      return true;
    } catch (error) {
      if (!isPassing(error)) throw error;
      await delay(pause);
    }
  }
  return false;
}

const isPassing = (error: unknown): boolean => error instanceof PublishInterruptedError || error instanceof PublishTimeoutError;
