import { Injectable } from '@nestjs/common';
import { OnMessage, type Received } from '../src/index.js';
import { shop } from './start-bus.js';

type Order = Received<typeof shop.order>;

/** What the methods below got, in order. */
export const seen: Order[] = [];
export const at = (queue: string): string[] => seen.filter((one) => one.queue === queue).map(({ payload }) => payload.item);

/** What a message of this item meets at its method. */
export const meets = new Map<string, (message: Order) => Promise<void> | void>();

const going = new Set<() => void>();
/** Keeps messages of this item in hand until letGo(). */
export const keepInHand = (item: string): void => void meets.set(item, () => new Promise((resolve) => going.add(resolve)));

export function letGo(): void {
  meets.clear();
  for (const go of going) go();
  going.clear();
}

export function forgetAll(): void {
  letGo();
  seen.length = 0;
}

/** A method at queues that are named at run time. */
@Injectable()
export class Counters {
  @OnMessage(shop.order, { queues: 'shop.counter.*', concurrency: 2, policy: { attempts: 2, delays: [100] } })
  async sell(message: Order): Promise<void> {
    seen.push(message);
    await meets.get(message.payload.item)?.(message);
  }
}

/** A method at one queue, in the same service. */
@Injectable()
export class Books {
  @OnMessage(shop.receipt, { queue: 'shop.books' })
  async note(message: Received<typeof shop.receipt>): Promise<void> {
    seen.push(message);
    await meets.get(message.payload.item)?.(message);
  }
}
