import { Logger } from '@nestjs/common';
import { RedisStore } from 'connect-redis';
import { type SessionData } from 'express-session';
import { createClient } from 'redis';
import { idleLife, type SessionStore } from './session-store.js';

const prefix = 'warren:session:';
/** Session ids, each with the time at which it expires: what is counted instead of the keys. */
const expiries = 'warren:sessions';
const longestWait = 2_000;

/** The part of a client that counting needs. */
interface Expiries {
  zAdd(key: string, member: { score: number; value: string }): Promise<unknown>;
  zRem(key: string, value: string): Promise<unknown>;
}
type Callback = (error?: unknown, data?: unknown) => void;

/** Keeps the set of expiries beside each session. It is written first: what ends between the two is a session counted for a minute, never one that is not. */
class CountedRedisStore extends RedisStore {
  private readonly expiries: Expiries;

  constructor(client: Expiries) {
    super({ client, prefix });
    this.expiries = client;
  }

  override set(sid: string, session: SessionData, callback?: Callback): Promise<void> {
    return this.after(this.seen(sid), callback, () => super.set(sid, session, callback));
  }

  override touch(sid: string, session: SessionData, callback?: Callback): Promise<void> {
    return this.after(this.seen(sid), callback, () => super.touch(sid, session, callback));
  }

  override destroy(sid: string, callback?: Callback): Promise<void> {
    return this.after(this.expiries.zRem(expiries, sid), callback, () => super.destroy(sid, callback));
  }

  private seen(sid: string): Promise<unknown> {
    return this.expiries.zAdd(expiries, { score: Date.now() + idleLife, value: sid });
  }

  /** Express takes errors by callback only. */
  private async after(first: Promise<unknown>, callback: Callback | undefined, then: () => Promise<unknown>): Promise<void> {
    try {
      await first;
    } catch (error) {
      return callback?.(error);
    }
    await then();
  }
}

/** Sessions in Redis, which may be absent and come back: requests fail meanwhile, none waits for it. */
export function redisSessionStore(url: string): SessionStore {
  const logger = new Logger('Sessions');
  const client = createClient({ url, disableOfflineQueue: true, socket: { reconnectStrategy: (tries) => Math.min(100 * 2 ** tries, longestWait) } });
  let lost = false;
  client.on('error', (error: Error) => {
    if (!lost) logger.warn(`Redis is away: ${error.message || error.name}`);
    lost = true;
  });
  client.on('ready', () => (lost = false));
  client.connect().catch(() => undefined); // tried again until it is closed
  return {
    store: new CountedRedisStore(client),
    count: async () => {
      await client.zRemRangeByScore(expiries, '-inf', Date.now());
      return client.zCard(expiries);
    },
    close: () => {
      client.destroy();
      return Promise.resolve();
    },
  };
}
